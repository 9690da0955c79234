package dev.bailey.control.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds failed logins by address: {@value #FAILURES} a minute. A good token is never turned away, so that nobody can lock an
 * operator out of the kill switch; with 256 random bits a token cannot be guessed, so what is bounded is noise. Thread-safe.
 */
public final class LoginLimit {

    private static final int FAILURES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int ADDRESSES = 1_024;

    private final InstantSource clock;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > ADDRESSES;
        }
    };

    public LoginLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts a failure; false when the address had too many. */
    public synchronized boolean failed(String address) {
        Instant now = clock.instant();
        Window window = windows.get(address);
        if (window == null || !now.isBefore(window.ends)) {
            window = new Window(now.plus(WINDOW));
            windows.put(address, window);
        }
        return ++window.failures <= FAILURES;
    }

    /** Seconds an address that had too many should wait. */
    public static long retryAfterSeconds() {
        return WINDOW.toSeconds();
    }

    private static final class Window {
        final Instant ends;
        int failures;

        Window(Instant ends) {
            this.ends = ends;
        }
    }
}
