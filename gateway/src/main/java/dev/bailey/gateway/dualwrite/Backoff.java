package dev.bailey.gateway.dualwrite;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Exponential pauses with jitter: between half and the whole of a pause that doubles up to a bound. */
record Backoff(Duration first, Duration most, RandomGenerator jitter) {

    Duration after(int failures) {
        long whole = Math.min(most.toNanos(), first.toNanos() << Math.clamp(failures - 1L, 0, 20));
        return Duration.ofNanos(whole / 2 + jitter.nextLong(whole / 2 + 1));
    }
}
