package dev.bailey.datasync.reconcile;

import dev.bailey.model.route.EntityKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one pass over both stores found.
 *
 * @param rows entities held against each other
 * @param divergences confirmed differences found, repaired ones too
 * @param repaired those that a refresh made equal
 * @param unsettled entities that never held still long enough to be judged
 * @param found the first 1,000 divergences
 * @param refusals why some could not be repaired: the first 100 keys
 * @param startedAt when the pass began: what differed before and was not repaired since, it has seen
 * @param complete it saw the whole key range and every entity could be judged
 */
public record ReconcileResult(
        long rows,
        long divergences,
        long repaired,
        long unsettled,
        List<Divergence> found,
        Map<String, String> refusals,
        Instant startedAt,
        long durationMs,
        boolean complete) {

    private static final int FOUND_KEPT = 1_000;
    private static final int REFUSALS_KEPT = 100;

    public ReconcileResult {
        found = List.copyOf(found);
        refusals = Map.copyOf(refusals);
    }

    static ReconcileResult begun(Instant startedAt) {
        return new ReconcileResult(0, 0, 0, 0, List.of(), Map.of(), startedAt, 0, false);
    }

    /** Whether a divergence it found was repaired; false where that cannot be told any more. */
    public boolean isRepaired(EntityKey key) {
        boolean allKept = divergences - repaired == refusals.size();
        return repaired > 0 && allKept && !refusals.containsKey(key.value());
    }

    /** Divergences that are left: found and not repaired. */
    public long open() {
        return divergences - repaired;
    }

    ReconcileResult plus(
            long moreRows,
            Collection<Divergence> more,
            long moreRepaired,
            long moreUnsettled,
            Map<String, String> moreRefusals) {
        List<Divergence> kept = new ArrayList<>(found);
        more.stream().limit(Math.max(0, FOUND_KEPT - kept.size())).forEach(kept::add);
        Map<String, String> reasons = new TreeMap<>(refusals);
        moreRefusals.forEach((key, reason) -> {
            if (reasons.size() < REFUSALS_KEPT) {
                reasons.put(key, reason);
            }
        });
        return new ReconcileResult(
                rows + moreRows,
                divergences + more.size(),
                repaired + moreRepaired,
                unsettled + moreUnsettled,
                kept,
                reasons,
                startedAt,
                durationMs,
                false);
    }

    ReconcileResult at(long duration, boolean sawAll) {
        return new ReconcileResult(
                rows, divergences, repaired, unsettled, found, refusals, startedAt, duration, sawAll && unsettled == 0);
    }
}
