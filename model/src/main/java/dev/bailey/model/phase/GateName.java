package dev.bailey.model.phase;

import java.util.Locale;

/** A condition on measurements that guards a phase change. The label is what users see and write. */
public enum GateName {
    MODERN_HEALTHY("modern answers its health check"),
    WRITES_IDEMPOTENT("every route says how its writes are made idempotent"),
    CONTRACTS_COMPATIBLE("contracts of both sides are compatible, or their difference is approved"),
    JOURNAL_LAG("no undelivered write is older than the lag limit"),
    NOTHING_PARKED("no entity is parked"),
    BACKFILL_COMPLETE("the backfill is complete to its fence"),
    RECONCILED("a full reconcile begun after the backfill fence found zero divergence for the burn-in window"),
    DIVERGENCE("the last full reconcile found no more divergence than allowed, and none is owed"),
    DIFFERENCES("disallowed differences stay under the limit in the worst sustained window"),
    COVERAGE("enough answers were compared"),
    LATENCY("modern is not slower than legacy by more than the limit"),
    ERRORS("modern does not fail more often than legacy by more than the limit"),
    READS_MODERN("all reads have been served by modern for the burn-in window"),
    BACKLOG_EMPTY("the backlog of undelivered writes is empty, or drains within the lag limit"),
    REHEARSED("a rehearsal within its age limit proved equality"),
    WRITES_MODERN("modern owns all writes"),
    REVERSE_REPLICATION("writes of modern are carried back to legacy without lag or parked entities"),
    LEGACY_QUIET("legacy gets no request but replication"),
    APPROVED("a second person approved the step"),
    BAKED("the bake window is over"),
    FLAGS_OWNED("no live flag belongs to another owner"),
    BURNDOWN("the burndown is at zero");

    private final String meaning;

    GateName(String meaning) {
        this.meaning = meaning;
    }

    /** The name used in JSON, metrics and the command line, such as {@code journal-lag}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String meaning() {
        return meaning;
    }
}
