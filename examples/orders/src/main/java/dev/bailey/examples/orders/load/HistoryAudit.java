package dev.bailey.examples.orders.load;

import dev.bailey.examples.orders.load.AuditResult.Fault;
import dev.bailey.examples.orders.load.AuditResult.Finding;
import dev.bailey.examples.orders.load.AuditScope.Authority;
import dev.bailey.examples.orders.load.Operation.Kind;
import dev.bailey.examples.orders.load.Operation.Told;
import dev.bailey.examples.orders.service.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds what clients were told against what the two stores hold, without asking anyone in between. Pure.
 *
 * <p>An order is written by one client, one operation at a time. So the authority's store must show its last acknowledged
 * write, or a write after it of which the client never learned the end.
 */
public final class HistoryAudit {

    private final List<Operation> history;
    private final StoreContents legacy;
    private final StoreContents modern;
    private final AuditScope scope;
    private final List<Finding> findings = new ArrayList<>();

    private HistoryAudit(List<Operation> history, StoreContents legacy, StoreContents modern, AuditScope scope) {
        this.history = history;
        this.legacy = legacy;
        this.modern = modern;
        this.scope = scope;
    }

    public static AuditResult audit(
            List<Operation> history, StoreContents legacy, StoreContents modern, AuditScope scope) {
        return new HistoryAudit(List.copyOf(history), legacy, modern, scope).result();
    }

    private AuditResult result() {
        lost();
        doubled();
        rejectedLanded();
        int[] compared = diverged();
        return new AuditResult(
                (int) history.stream().filter(Operation::isAcknowledged).count(),
                count(Fault.LOST),
                count(Fault.DOUBLED),
                count(Fault.DIVERGED),
                count(Fault.REJECTED_LANDED),
                (int) history.stream().filter(Operation::isUnknown).count(),
                (int) history.stream()
                        .filter(operation -> operation.isUnknown() && timesApplied(operation) > 0)
                        .count(),
                compared[0],
                compared[1],
                findings);
    }

    private void lost() {
        Map<Long, List<Operation>> byOrder = new TreeMap<>();
        for (Operation operation : history) {
            if (operation.entity() > 0) {
                byOrder.computeIfAbsent(operation.entity(), _ -> new ArrayList<>())
                        .add(operation);
            }
        }
        Map<Long, Order> stored = scope.authority() == Authority.LEGACY ? legacy.orders() : modern.orders();
        Set<String> found = new HashSet<>();
        byOrder.forEach((entity, operations) -> {
            operations.sort(Comparator.comparingLong(Operation::turn));
            int last = lastAcknowledged(operations);
            if (last < 0) {
                return;
            }
            Order row = stored.get(entity);
            Operation acknowledged = operations.get(last);
            boolean there = shows(acknowledged, row)
                    || operations.subList(last + 1, operations.size()).stream()
                            .anyMatch(later -> later.isUnknown() && shows(later, row));
            if (!there && !overwrittenByBatch(acknowledged, row)) {
                found.add(acknowledged.ref());
                add(Fault.LOST, acknowledged, "the authority's store shows " + shown(row));
            }
        });
        for (Operation operation : history) {
            boolean mustHaveBeenApplied = operation.isAcknowledged() && operation.kind() != Kind.DELETE;
            if (mustHaveBeenApplied && timesApplied(operation) == 0 && found.add(operation.ref())) {
                add(Fault.LOST, operation, "acknowledged, but no service ever applied it");
            }
        }
    }

    private static int lastAcknowledged(List<Operation> operations) {
        for (int i = operations.size() - 1; i >= 0; i--) {
            if (operations.get(i).isAcknowledged()) {
                return i;
            }
        }
        return -1;
    }

    private static boolean shows(Operation operation, @Nullable Order row) {
        Order wanted = operation.wanted();
        if (wanted == null || row == null) {
            return wanted == null && row == null;
        }
        return row.sameContent(wanted);
    }

    private boolean overwrittenByBatch(Operation operation, @Nullable Order row) {
        boolean mayHave = scope.batchTouched().contains(operation.entity())
                && operation.startNanos() - scope.batchEndedNanos() < 0;
        return mayHave && (row == null || (row.ref() != null && row.ref().startsWith("batch-")));
    }

    private void doubled() {
        for (Operation operation : history) {
            int most = Math.max(legacy.timesApplied(operation.ref()), modern.timesApplied(operation.ref()));
            Set<Long> orders = new TreeSet<>();
            orders.addAll(
                    legacy.applied().getOrDefault(operation.ref(), Map.of()).keySet());
            orders.addAll(
                    modern.applied().getOrDefault(operation.ref(), Map.of()).keySet());
            if (most > 1) {
                add(Fault.DOUBLED, operation, "applied " + most + " times by one service");
            } else if (orders.size() > 1) {
                add(Fault.DOUBLED, operation, "made the orders " + orders);
            }
        }
    }

    private void rejectedLanded() {
        for (Operation operation : history) {
            if (operation.told() instanceof Told.Rejected rejected && timesApplied(operation) > 0) {
                add(Fault.REJECTED_LANDED, operation, "refused with " + rejected.status() + ", and applied");
            }
        }
    }

    private int[] diverged() {
        Set<Long> gap = writtenInGap();
        Set<Long> ids = new TreeSet<>(legacy.orders().keySet());
        ids.addAll(modern.orders().keySet());
        int compared = 0;
        int drifted = 0;
        for (long id : ids) {
            if (gap.contains(id)) {
                continue;
            }
            compared++;
            Order left = legacy.orders().get(id);
            Order right = modern.orders().get(id);
            if (left == null || right == null || !left.sameContent(right)) {
                String ref = left != null && left.ref() != null ? left.ref() : "";
                findings.add(new Finding(
                        Fault.DIVERGED, id, ref, "legacy has " + shown(left) + ", modern has " + shown(right)));
            } else if (left.version() != right.version()) {
                drifted++;
            }
        }
        return new int[] {compared, drifted};
    }

    /** Orders that a write may have reached after legacy's writes stopped; creates of unknown end are found by their reference. */
    private Set<Long> writtenInGap() {
        Set<Long> written = new HashSet<>();
        if (scope.gapSinceNanos().isEmpty()) {
            return written;
        }
        long since = scope.gapSinceNanos().getAsLong();
        for (Operation operation : history) {
            if (operation.endNanos() - since >= 0 && !(operation.told() instanceof Told.Rejected)) {
                written.add(operation.entity());
                written.addAll(
                        modern.applied().getOrDefault(operation.ref(), Map.of()).keySet());
            }
        }
        return written;
    }

    private int timesApplied(Operation operation) {
        return legacy.timesApplied(operation.ref()) + modern.timesApplied(operation.ref());
    }

    private void add(Fault fault, Operation operation, String what) {
        findings.add(new Finding(fault, operation.entity(), operation.ref(), operation.kind() + ": " + what));
    }

    private int count(Fault fault) {
        return (int)
                findings.stream().filter(finding -> finding.fault() == fault).count();
    }

    /** Names a stored order without its personal data. */
    private static String shown(@Nullable Order row) {
        return row == null
                ? "no such order"
                : "version " + row.version() + " by " + row.ref() + ", " + row.status() + ", " + row.totalCents()
                        + " cents";
    }
}
