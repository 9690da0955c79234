package dev.bailey.app.wiring;

import dev.bailey.datasync.StorePlan;
import dev.bailey.datasync.StorePlans;
import dev.bailey.datasync.store.Remarks;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.MigrationSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The stores a migration file names, looked at by the process that read the file, with its own secrets: a server must not open
 * addresses that come in a request. Nothing is written.
 */
public record StoresReport(List<Slice> slices) {

    public StoresReport {
        slices = List.copyOf(slices);
    }

    public enum Severity {
        ERROR,
        WARNING,
        NOTE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Something found at a side of a slice. */
    public record Finding(Severity severity, String side, String message) {}

    /**
     * Drawn from samples; no promise.
     *
     * @param legacyRows about how many documents legacy has
     */
    public record Estimate(long legacyRows, long modernRows, long backfillSeconds, long reconcileSeconds) {}

    /** What was found of a slice. */
    public record Slice(String name, List<Finding> findings, Optional<Estimate> estimate) {
        public Slice {
            findings = List.copyOf(findings);
        }

        private boolean usable() {
            return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    /** Looks at the stores of every slice that has some. */
    public static StoresReport of(MigrationSpec spec) throws InterruptedException {
        return new StoresReport(
                StorePlans.of(spec, System::nanoTime, () -> UUID.randomUUID().toString()).stream()
                        .map(StoresReport::slice)
                        .toList());
    }

    public boolean usable() {
        return slices.stream().allMatch(Slice::usable);
    }

    private static Slice slice(StorePlan plan) {
        List<Finding> findings = new ArrayList<>();
        plan.problems()
                .forEach(problem ->
                        findings.add(new Finding(Severity.ERROR, problem.side().label(), problem.what())));
        for (Side side : Side.values()) {
            Remarks remarks = plan.remarks().getOrDefault(side, Remarks.NONE);
            remarks.warnings().forEach(warning -> findings.add(new Finding(Severity.WARNING, side.label(), warning)));
            if (!remarks.unwritten().isEmpty()) {
                findings.add(new Finding(
                        Severity.NOTE,
                        side.label(),
                        "columns not written, which keep their defaults ("
                                + remarks.unwritten().size() + "): " + String.join(", ", remarks.unwritten())));
            }
        }
        return new Slice(plan.slice().value(), findings, plan.estimate().map(StoresReport::estimate));
    }

    private static Estimate estimate(StorePlan.Estimate estimate) {
        return new Estimate(
                estimate.legacyRows(),
                estimate.modernRows(),
                Math.ceilDiv(estimate.backfill().toMillis(), 1_000),
                Math.ceilDiv(estimate.reconcile().toMillis(), 1_000));
    }
}
