package dev.bailey.benchmarks.machine;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The date reports carry, in UTC. */
public final class Today {

    private Today() {}

    public static LocalDate date() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    static LocalDateTime time() {
        return LocalDateTime.now(ZoneOffset.UTC);
    }
}
