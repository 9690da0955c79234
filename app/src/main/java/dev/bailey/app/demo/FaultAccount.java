package dev.bailey.app.demo;

import dev.bailey.examples.orders.load.AuditResult;
import dev.bailey.examples.orders.load.LoadCounts;
import dev.bailey.examples.orders.load.Operation;
import dev.bailey.examples.orders.load.Operation.Told;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of every request, once the faults were over.
 *
 * @param moved how often write authority was moved under faults
 * @param refused writes the clients were told were refused
 * @param unsettled why it did not settle; empty when it did
 * @param repaired orders that a reconcile had to repair in the end, because the slice owed one
 * @param ends how often a node ended by itself and was started again: expelled, without the lead, or without a store at its start
 */
record FaultAccount(
        LoadCounts counts, AuditResult audit, long moved, long refused, String unsettled, long repaired, long ends) {

    static FaultAccount of(
            LoadCounts counts,
            List<Operation> history,
            AuditResult audit,
            long moved,
            String unsettled,
            long repaired,
            long ends) {
        long refused = history.stream()
                .filter(operation -> operation.told() instanceof Told.Rejected)
                .count();
        return new FaultAccount(counts, audit, moved, refused, unsettled, repaired, ends);
    }

    /** Nothing lost, doubled, diverged, nor done though refused, and settled. */
    boolean isGood() {
        return audit.isClean() && unsettled.isEmpty();
    }

    long requests() {
        return counts.reads() + counts.writes();
    }

    long unknownLanded() {
        return audit.unknownLanded();
    }

    long unknownNotLanded() {
        return (long) audit.unknown() - audit.unknownLanded();
    }

    /** Figures by name, in the order of the report. */
    Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("requests", requests());
        figures.put("writes", counts.writes());
        figures.put("writes acknowledged", (long) audit.acknowledged());
        figures.put("lost", (long) audit.lost());
        figures.put("doubled", (long) audit.doubled());
        figures.put("diverged", (long) audit.diverged());
        figures.put("stale reads", (long) counts.staleReads().size());
        figures.put("unknown to their clients, and done", unknownLanded());
        figures.put("unknown to their clients, and not done", unknownNotLanded());
        figures.put("refused", refused);
        figures.put("refused, and done all the same", (long) audit.rejectedLanded());
        figures.put("attempts that clients repeated", counts.failedAttemptsInAll());
        figures.put("write authority moved", moved);
        figures.put("orders compared", (long) audit.compared());
        figures.put("repaired by the reconcile that was owed in the end", repaired);
        if (ends > 0) {
            figures.put("nodes that ended by themselves, and were started again", ends);
        }
        return figures;
    }
}
