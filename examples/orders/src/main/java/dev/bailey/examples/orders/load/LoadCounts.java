package dev.bailey.examples.orders.load;

import java.util.Map;

/**
 * What the clients counted so far.
 *
 * @param reads answers to reading one order or a list
 * @param writes writes that ended, in whatever way
 * @param acknowledged writes that were acknowledged
 * @param clientErrors operations that ended, after their retries, in a 5xx, a cut connection or an answer nobody expects,
 *     outside of times declared with {@link LoadClient#explaining}
 * @param explainedErrors the same inside such times
 * @param failedAttempts attempts that failed and were tried again, by cause: {@code cut}, {@code 502}, {@code 503} …
 * @param recovered operations that failed at first and ended well
 * @param staleReads reads of an order, by the client that alone writes it, which did not show its last acknowledged write
 * @param errors up to 20 client errors in words
 */
public record LoadCounts(
        long reads,
        long writes,
        long acknowledged,
        long clientErrors,
        long explainedErrors,
        Map<String, Long> failedAttempts,
        long recovered,
        java.util.List<StaleRead> staleReads,
        java.util.List<String> errors) {

    public LoadCounts {
        failedAttempts = Map.copyOf(failedAttempts);
        staleReads = java.util.List.copyOf(staleReads);
        errors = java.util.List.copyOf(errors);
    }

    /** A read that missed its own client's write; orders the nightly job touched must be left out. */
    public record StaleRead(long entity, String expectedRef, String seen) {}

    public long failedAttemptsInAll() {
        return failedAttempts.values().stream().mapToLong(Long::longValue).sum();
    }
}
