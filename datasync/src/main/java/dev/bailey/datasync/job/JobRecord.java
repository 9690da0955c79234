package dev.bailey.datasync.job;

import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A job as it is shown and kept.
 *
 * @param done documents worked through
 * @param total documents expected, an estimate
 * @param ratePerSecond documents a second, lately
 * @param message what it is doing, or why it ended
 * @param rateLimit documents a second it was bounded to by hand; 0 for no bound, empty when nobody said
 * @param request what it was started with
 * @param result what it found; kept through its run, final when it is done
 * @param position where it goes on after an interruption
 */
public record JobRecord(
        String id,
        JobKind kind,
        SliceName slice,
        JobState state,
        boolean paused,
        long done,
        long total,
        double ratePerSecond,
        Optional<Long> secondsLeft,
        String message,
        Instant startedAt,
        Optional<Instant> finishedAt,
        Map<String, String> request,
        Optional<JsonNode> result,
        Optional<JsonNode> position,
        Optional<Long> rateLimit) {

    public JobRecord {
        request = Map.copyOf(request);
        // As JSON an empty one is a null, which is read as a node.
        result = result.filter(node -> !node.isNull());
        position = position.filter(node -> !node.isNull());
    }

    JobRecord pausedNow(boolean now) {
        return changed(now, message, rateLimit);
    }

    JobRecord saying(String what) {
        return changed(paused, what, rateLimit);
    }

    JobRecord boundTo(long perSecond) {
        return changed(paused, message, Optional.of(perSecond));
    }

    private JobRecord changed(boolean nowPaused, String nowMessage, Optional<Long> nowLimit) {
        return new JobRecord(
                id,
                kind,
                slice,
                state,
                nowPaused,
                done,
                total,
                ratePerSecond,
                secondsLeft,
                nowMessage,
                startedAt,
                finishedAt,
                request,
                result,
                position,
                nowLimit);
    }
}
