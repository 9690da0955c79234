package dev.bailey.datasync.reconcile;

import dev.bailey.model.route.EntityKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one pass over both stores found. A key that is found again counts once, with what became of it last; one beyond the
 * 1,000 that are listed may count again, and what is open is never counted too low.
 *
 * @param rows entities held against each other
 * @param divergences confirmed differences found, repaired ones too
 * @param repaired those that a refresh made equal, and that were not found to differ since
 * @param unsettled entities that never held still long enough to be judged
 * @param found the first 1,000 divergences
 * @param fates what became of those, by key
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
        Map<String, Fate> fates,
        Map<String, String> refusals,
        Instant startedAt,
        long durationMs,
        boolean complete) {

    private static final int FOUND_KEPT = 1_000;
    private static final int REFUSALS_KEPT = 100;

    /**
     * What became of a divergence.
     *
     * @param at when that was known
     */
    public record Fate(Instant at, boolean repaired) {}

    public ReconcileResult {
        found = List.copyOf(found);
        // One that an older version kept has none.
        fates = fates == null ? Map.of() : Map.copyOf(fates);
        refusals = Map.copyOf(refusals);
    }

    static ReconcileResult begun(Instant startedAt) {
        return new ReconcileResult(0, 0, 0, 0, List.of(), Map.of(), Map.of(), startedAt, 0, false);
    }

    /** What became of a divergence that is listed. */
    public Fate fate(EntityKey key) {
        return Optional.ofNullable(fates.get(key.value())).orElse(new Fate(startedAt, false));
    }

    /** Divergences that are left: found and not repaired. */
    public long open() {
        return divergences - repaired;
    }

    ReconcileResult plusRows(long more) {
        return new ReconcileResult(
                rows + more, divergences, repaired, unsettled, found, fates, refusals, startedAt, durationMs, false);
    }

    ReconcileResult plusUnsettled(long more) {
        return new ReconcileResult(
                rows, divergences, repaired, unsettled + more, found, fates, refusals, startedAt, durationMs, false);
    }

    /** With these confirmed at a moment: whatever became of them before, they differ. */
    ReconcileResult differing(Collection<Divergence> confirmed, Instant at) {
        Map<EntityKey, Divergence> kept = new LinkedHashMap<>();
        found.forEach(divergence -> kept.put(divergence.key(), divergence));
        Map<String, Fate> newest = new TreeMap<>(fates);
        long more = 0;
        long again = 0;
        for (Divergence divergence : confirmed) {
            EntityKey key = divergence.key();
            if (!kept.containsKey(key)) {
                more++;
                if (kept.size() == FOUND_KEPT) {
                    continue;
                }
            } else if (fate(key).repaired()) {
                again++;
            }
            kept.put(key, divergence);
            newest.put(key.value(), new Fate(at, false));
        }
        return new ReconcileResult(
                rows,
                divergences + more,
                repaired - again,
                unsettled,
                new ArrayList<>(kept.values()),
                newest,
                refusals,
                startedAt,
                durationMs,
                false);
    }

    /** With what a repair made of divergences that were confirmed before it. */
    ReconcileResult repaired(Set<EntityKey> done, Map<String, String> refused, Instant at) {
        Map<String, Fate> newest = new TreeMap<>(fates);
        Map<String, String> reasons = new TreeMap<>(refusals);
        for (EntityKey key : done) {
            newest.computeIfPresent(key.value(), (listed, before) -> new Fate(at, true));
            reasons.remove(key.value());
        }
        refused.forEach((key, reason) -> {
            if (reasons.size() < REFUSALS_KEPT || reasons.containsKey(key)) {
                reasons.put(key, reason);
            }
        });
        return new ReconcileResult(
                rows,
                divergences,
                repaired + done.size(),
                unsettled,
                found,
                newest,
                reasons,
                startedAt,
                durationMs,
                false);
    }

    ReconcileResult at(long duration, boolean sawAll) {
        return new ReconcileResult(
                rows,
                divergences,
                repaired,
                unsettled,
                found,
                fates,
                refusals,
                startedAt,
                duration,
                sawAll && unsettled == 0);
    }
}
