package dev.bailey.examples.orders.load;

import dev.bailey.examples.orders.load.LoadCounts.StaleRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All clients' counts and history. Thread-safe. */
final class Tally {

    private static final int MAX_ERRORS_TOLD = 20;
    private static final int MAX_STALE_READS = 1_000;

    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Long> failedAttempts = new TreeMap<>();
    private final List<StaleRead> staleReads = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long reads;
    private long acknowledged;
    private long clientErrors;
    private long explainedErrors;
    private long recovered;
    private long slowestNanos;

    synchronized void read(long tookNanos) {
        reads++;
        slowestNanos = Math.max(slowestNanos, tookNanos);
    }

    synchronized void wrote(Operation operation) {
        operations.add(operation);
        acknowledged += operation.isAcknowledged() ? 1 : 0;
        slowestNanos = Math.max(slowestNanos, operation.endNanos() - operation.startNanos());
    }

    synchronized void failedAttempt(String cause) {
        failedAttempts.merge(cause, 1L, Long::sum);
    }

    synchronized void recovered() {
        recovered++;
    }

    synchronized void error(String what, boolean explained) {
        if (explained) {
            explainedErrors++;
            return;
        }
        clientErrors++;
        if (errors.size() < MAX_ERRORS_TOLD) {
            errors.add(what);
        }
    }

    synchronized void stale(StaleRead read) {
        if (staleReads.size() < MAX_STALE_READS) {
            staleReads.add(read);
        }
    }

    /** The longest any operation took since the last call, retries included. */
    synchronized long slowestNanosSinceLastCall() {
        long slowest = slowestNanos;
        slowestNanos = 0;
        return slowest;
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    synchronized LoadCounts counts() {
        return new LoadCounts(
                reads,
                operations.size(),
                acknowledged,
                clientErrors,
                explainedErrors,
                failedAttempts,
                recovered,
                staleReads,
                errors);
    }
}
