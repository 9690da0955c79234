package dev.bailey.model.spec;

import java.time.Duration;

/**
 * Ejection of outliers: an address whose requests fail in a row is not asked for a while.
 *
 * @param failures requests in a row that fail; zero means that nothing is ejected
 * @param duration how long it is not asked
 * @param mostPercent of a service's addresses that may be out at once, in whole percent
 */
public record EjectSpec(int failures, Duration duration, int mostPercent) {

    public static final EjectSpec DEFAULTS = new EjectSpec(5, Duration.ofSeconds(30), 50);

    public boolean isOn() {
        return failures > 0;
    }
}
