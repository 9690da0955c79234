package dev.bailey.model.spec;

/**
 * When a request is sent again to the same side: a safe one only, at another address, within its own time.
 *
 * @param budget retries as a share of the requests of the last seconds, 0 to 1; past it nothing is retried
 * @param attempts most retries of one request; zero means none
 */
public record RetrySpec(double budget, int attempts) {

    public static final RetrySpec DEFAULTS = new RetrySpec(0.1, 1);

    public boolean isOn() {
        return attempts > 0 && budget > 0;
    }
}
