package dev.bailey.gateway.upstream;

import java.time.Duration;

/**
 * Whether a request whose answer did not come may be sent again, by what is known of it; pure. The {@link RetryBudget} is asked
 * after this rule, so that a request that may not be repeated takes nothing out of it.
 *
 * @param maxAttempts how often a request is sent at most, the first time included
 * @param minLeft the time that must be left for another attempt to be worth it
 */
public record RetryRule(int maxAttempts, Duration minLeft) {

    public RetryRule {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("attempts " + maxAttempts + " (expected at least 1)");
        }
    }

    /** Each but the first says what stands against it. */
    public enum Verdict {
        RETRY,
        ANSWER_BEGAN,
        NOT_SAFE,
        BODY_GONE,
        ENOUGH_ATTEMPTS,
        NO_TIME_LEFT
    }

    /**
     * What is known of an attempt that failed.
     *
     * @param safe its method changes nothing by definition (RFC 9110, 9.2.1)
     * @param sent false only where it is proven that no byte of it left
     * @param bodyHeldWhole the whole body is at hand, an empty one included, or can still come, as no piece of it was taken
     * @param nothingAnswered the client was told nothing yet
     * @param leftNanos until the request's deadline
     * @param attempts made so far, this one included
     */
    public record Attempt(
            boolean safe, boolean sent, boolean bodyHeldWhole, boolean nothingAnswered, long leftNanos, int attempts) {}

    /** What is not safe is repeated only where nothing was sent: then it was proven not applied. */
    public Verdict of(Attempt failed) {
        if (!failed.nothingAnswered) {
            return Verdict.ANSWER_BEGAN;
        }
        if (!failed.safe && failed.sent) {
            return Verdict.NOT_SAFE;
        }
        if (!failed.bodyHeldWhole) {
            return Verdict.BODY_GONE;
        }
        if (failed.attempts >= maxAttempts) {
            return Verdict.ENOUGH_ATTEMPTS;
        }
        return failed.leftNanos < minLeft.toNanos() || failed.leftNanos <= 0 ? Verdict.NO_TIME_LEFT : Verdict.RETRY;
    }
}
