package dev.bailey.control.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The status for many viewers: taken at most once a second, whoever asks. Thread-safe. */
final class StatusFeed {

    private static final Duration EVERY = Duration.ofMillis(900);

    private final Overview overview;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Taken last;

    StatusFeed(Overview overview, InstantSource clock) {
        this.overview = overview;
        this.clock = clock;
    }

    Taken take() {
        lock.lock();
        try {
            Instant now = clock.instant();
            Taken known = last;
            if (known == null || !now.isBefore(known.at.plus(EVERY))) {
                StatusView status = overview.status();
                known = new Taken(now, status.withoutTime(), ApiJson.mapper().writeValueAsString(status));
                last = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param news what makes two of them equal
     * @param json the whole
     */
    record Taken(Instant at, StatusView news, String json) {}
}
