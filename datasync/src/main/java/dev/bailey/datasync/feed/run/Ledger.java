package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.job.Progress;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.FeedSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What is known of one feed. Its figures outlive the process, but for the last few seconds of it. Thread-safe. */
final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ROGUES_KEPT = 100;
    private static final Duration KEEP_EVERY = Duration.ofSeconds(10);

    private final SliceName slice;
    private final FeedSpec spec;
    private final Progress memory;
    private final InstantSource clock;

    private FeedState state = FeedState.IDLE;
    private Instant since;
    private String message = "not begun";
    private OptionalLong waiting = OptionalLong.empty();
    private OptionalLong logBytes = OptionalLong.empty();
    private Kept kept;
    private Instant keptAt = Instant.EPOCH;

    /** @param upTo everything committed at the source before it has been applied; null before the first time */
    private record Kept(
            Optional<Instant> upTo,
            long changes,
            long written,
            long refused,
            long rogues,
            List<RogueWrite> lastRogues,
            long lost) {
        static final Kept NOTHING = new Kept(Optional.empty(), 0, 0, 0, 0, List.of(), 0);

        Kept {
            lastRogues = List.copyOf(lastRogues);
        }
    }

    Ledger(SliceName slice, FeedSpec spec, Progress memory, InstantSource clock) {
        this.slice = slice;
        this.spec = spec;
        this.memory = memory;
        this.clock = clock;
        this.since = clock.instant();
        this.kept = memory.load(key()).map(Ledger::read).orElse(Kept.NOTHING);
    }

    private static Kept read(String json) {
        try {
            return JSON.readValue(json, Kept.class);
        } catch (JacksonException unreadable) {
            LOG.warn("the figures of a feed cannot be read and begin anew", unreadable);
            return Kept.NOTHING;
        }
    }

    private String key() {
        return slice + "/" + spec.name() + "/figures";
    }

    String where() {
        return "slice " + slice + ", feed " + spec.name();
    }

    synchronized void is(FeedState next, String why) {
        if (next != state) {
            since = clock.instant();
            if (next == FeedState.FAILING) {
                LOG.warn("{}: {}", where(), why);
            } else {
                LOG.info("{}: {}", where(), why);
            }
        }
        state = next;
        message = why;
    }

    synchronized FeedState state() {
        return state;
    }

    synchronized void waits(OptionalLong atSource, OptionalLong ofLog) {
        waiting = atSource;
        logBytes = ofLog;
    }

    /** Everything committed at the source before a moment has been applied. */
    synchronized void upTo(Instant moment) {
        kept = new Kept(
                Optional.of(moment), kept.changes, kept.written, kept.refused, kept.rogues, kept.lastRogues, kept.lost);
        if (Duration.between(keptAt, moment).compareTo(KEEP_EVERY) > 0) {
            keep();
        }
    }

    synchronized void applied(long changes, long written) {
        kept = new Kept(
                kept.upTo,
                kept.changes + changes,
                kept.written + written,
                kept.refused,
                kept.rogues,
                kept.lastRogues,
                kept.lost);
    }

    synchronized void refused() {
        kept = new Kept(
                kept.upTo, kept.changes, kept.written, kept.refused + 1, kept.rogues, kept.lastRogues, kept.lost);
    }

    synchronized void rogue(RogueWrite write) {
        List<RogueWrite> last = new ArrayList<>();
        last.add(write);
        last.addAll(kept.lastRogues.subList(0, Math.min(ROGUES_KEPT - 1, kept.lastRogues.size())));
        kept = new Kept(kept.upTo, kept.changes, kept.written, kept.refused, kept.rogues + 1, last, kept.lost);
        keep();
    }

    synchronized void lost() {
        kept = new Kept(
                kept.upTo, kept.changes, kept.written, kept.refused, kept.rogues, kept.lastRogues, kept.lost + 1);
        keep();
    }

    /** Makes the figures durable. */
    synchronized void keep() {
        keptAt = clock.instant();
        memory.save(key(), JSON.writeValueAsString(kept));
    }

    /** How far behind the source it can be; empty while it takes nothing. */
    synchronized Optional<Duration> lag() {
        if (state == FeedState.IDLE) {
            return Optional.empty();
        }
        Duration lag = Duration.between(kept.upTo.orElse(since), clock.instant());
        return Optional.of(lag.isNegative() ? Duration.ZERO : lag);
    }

    synchronized FeedStatus status() {
        return new FeedStatus(
                slice,
                spec.name(),
                spec.source().kind(),
                spec.side(),
                state,
                since,
                message,
                lag(),
                state == FeedState.IDLE ? OptionalLong.empty() : waiting,
                state == FeedState.IDLE ? OptionalLong.empty() : logBytes,
                kept.changes,
                kept.written,
                kept.refused,
                kept.rogues,
                kept.lastRogues,
                kept.lost);
    }
}
