package dev.bailey.gateway.upstream;

import java.time.Duration;

/**
 * When an address that fails its requests is taken out for a time, and for how long; pure. After Envoy's outlier detection
 * (consecutive failures, a base time that grows with each ejection, a bound on the share ejected).
 *
 * @param consecutive failures in a row that eject: connections refused or cut, timeouts, answers of 5xx
 * @param base the first ejection's time; each following one lasts twice as long, up to {@value #MAX_FACTOR} times this
 * @param maxPercent share of the addresses that may be out at once; one may always be, the last usable one never
 */
public record Outliers(int consecutive, Duration base, int maxPercent) {

    static final int MAX_FACTOR = 10;

    public Outliers {
        if (consecutive < 1) {
            throw new IllegalArgumentException("consecutive failures " + consecutive + " (expected at least 1)");
        }
        if (base.isNegative() || base.isZero()) {
            throw new IllegalArgumentException("ejection time " + base + " (expected above 0)");
        }
        if (maxPercent < 0 || maxPercent > 100) {
            throw new IllegalArgumentException("share ejected " + maxPercent + " % (expected 0 to 100)");
        }
    }

    /** @param times ejections before this one that still count */
    long ejectionNanos(int times) {
        long factor = times >= Integer.SIZE - 1 ? MAX_FACTOR : Math.min(1L << times, MAX_FACTOR);
        return factor * base.toNanos();
    }

    /** Whether so many failures in a row are a reason; past the first it is one again every {@code consecutive} failures. */
    boolean isReached(int failures) {
        return failures > 0 && failures % consecutive == 0;
    }

    /**
     * @param total all addresses
     * @param out how many of them are ejected
     * @param usable how many are neither ejected nor unhealthy, the candidate included
     */
    boolean mayEject(int total, int out, int usable) {
        return usable > 1 && out < Math.max(1, total * maxPercent / 100);
    }

    /** An address that stayed in for so long is ejected as if for the first time. */
    long forgivenAfterNanos() {
        return MAX_FACTOR * base.toNanos();
    }
}
