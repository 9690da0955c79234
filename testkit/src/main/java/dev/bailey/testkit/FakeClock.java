package dev.bailey.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** A clock that stands until a test moves it: the moment, and the nanoseconds that go with it. Thread-safe. */
public final class FakeClock implements InstantSource {

    private final AtomicReference<Instant> now;
    private final AtomicLong nanos = new AtomicLong();

    private FakeClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    public static FakeClock at(Instant start) {
        return new FakeClock(start);
    }

    /** A clock at noon, UTC, of some day. */
    public static FakeClock atNoon() {
        return at(Instant.parse("2026-11-20T12:00:00Z"));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /** Stands in for {@link System#nanoTime}. */
    public LongSupplier nanoTime() {
        return nanos::get;
    }

    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + " (expected >= 0; see stepBack)");
        }
        now.updateAndGet(moment -> moment.plus(by));
        nanos.addAndGet(by.toNanos());
    }

    /** The wall clock is set back; nanoseconds never go back. */
    public void stepBack(Duration by) {
        now.updateAndGet(moment -> moment.minus(by));
    }
}
