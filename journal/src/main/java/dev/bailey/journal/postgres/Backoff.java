package dev.bailey.journal.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** When to try to connect again: 0.2 s after a first failure, twice as long after each further one, 5 s at most. Of one thread. */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final InstantSource clock;
    private Duration pause = Duration.ZERO;
    private Instant failed = Instant.MIN;
    private String reason = "";

    Backoff(InstantSource clock) {
        this.clock = clock;
    }

    void mayTry() throws SQLException {
        Instant now = clock.instant();
        if (!pause.isZero() && !now.isBefore(failed) && now.isBefore(failed.plus(pause))) {
            throw new SQLException(
                    "no connection to the journal's database: " + reason + " (next try " + pause.toMillis()
                            + " ms after the last)",
                    "08001");
        }
    }

    void failed(SQLException e) {
        pause = pause.isZero() ? FIRST : pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        failed = clock.instant();
        reason = String.valueOf(e.getMessage());
    }

    void succeeded() {
        pause = Duration.ZERO;
    }
}
