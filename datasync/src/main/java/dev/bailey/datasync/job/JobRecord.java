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
        Optional<JsonNode> position) {

    public JobRecord {
        request = Map.copyOf(request);
    }
}
