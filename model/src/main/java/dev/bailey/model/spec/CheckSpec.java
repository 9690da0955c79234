package dev.bailey.model.spec;

import java.time.Duration;

/**
 * Active health checks, of each address of a service on its own: a request to the service's {@code health}, or where it
 * has none, a connection.
 *
 * @param interval between two checks of an address; zero means no checks
 * @param timeout of one check; at most the interval where there are checks
 * @param healthyAfter checks in a row that succeed until an unhealthy address counts as healthy
 * @param unhealthyAfter checks in a row that fail until a healthy address counts as unhealthy
 */
public record CheckSpec(Duration interval, Duration timeout, int healthyAfter, int unhealthyAfter) {

    public static final CheckSpec DEFAULTS = new CheckSpec(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);

    public CheckSpec {
        if (!interval.isZero() && timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "check timeout " + timeout + " (expected at most the interval, " + interval + ")");
        }
    }

    public boolean isOn() {
        return !interval.isZero();
    }
}
