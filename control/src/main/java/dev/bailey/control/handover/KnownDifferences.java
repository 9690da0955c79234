package dev.bailey.control.handover;

import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Divergences.Divergence;
import dev.bailey.control.state.Divergences.State;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.WriteAuthority;
import dev.bailey.model.spec.SliceSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What is known to differ between a slice's stores, made equal before write authority moves: afterwards the other side's copy
 * would rule, and a refresh would take away what only the old authority has. Thread-safe.
 */
final class KnownDifferences {

    private static final int BATCH = 500;

    private final Debts debts;
    private final Divergences divergences;
    private final Stores stores;
    private final InstantSource clock;

    KnownDifferences(Debts debts, Divergences divergences, Stores stores, InstantSource clock) {
        this.debts = debts;
        this.divergences = divergences;
        this.stores = stores;
        this.clock = clock;
    }

    /** Why authority may not move yet; empty when nothing is known to differ any more. Writes go on meanwhile. */
    Optional<String> obstacle(SliceSpec slice, SliceState from, SliceState to) throws InterruptedException {
        if (from.phase() == Phase.LEGACY_OFF
                && to.phase() == Phase.WRITE_CUTOVER
                && to.ramp().isFull()) {
            return Optional.empty(); // modern goes on owning everything; legacy is made equal afterwards
        }
        SliceName name = slice.name();
        List<Debt> owed = debts.open(name);
        if (!owed.isEmpty()) {
            return Optional.of("a full reconcile begun after " + owed.getLast().since() + " is owed ("
                    + owed.getLast().reason() + "), so a write may be at its authority alone; run `bailey reconcile "
                    + name + " --repair`, then try again (`--force` goes without, and may lose such a write)");
        }
        List<EntityKey> moving = divergences.of(name, Divergences.CAP).stream()
                .filter(divergence -> divergence.state() == State.OPEN)
                .map(Divergence::key)
                .filter(key -> changesHands(slice, from, to, key))
                .toList();
        if (divergences.count(name, State.OPEN) >= Divergences.CAP) {
            return Optional.of(Divergences.CAP + " or more entities are known to differ (expected fewer); run `bailey"
                    + " reconcile " + name + " --repair`, then try again");
        }
        for (int start = 0; start < moving.size(); start += BATCH) {
            List<EntityKey> batch = moving.subList(start, Math.min(start + BATCH, moving.size()));
            Optional<String> still = mended(slice, from, batch);
            if (still.isPresent()) {
                return still;
            }
        }
        return Optional.empty();
    }

    private Optional<String> mended(SliceSpec slice, SliceState from, List<EntityKey> keys)
            throws InterruptedException {
        for (Side authority : Side.values()) {
            List<EntityKey> owned = keys.stream()
                    .filter(key -> WriteAuthority.of(slice, from, key) == authority)
                    .toList();
            if (!owned.isEmpty()) {
                stores.refresh(slice.name(), authority, owned);
            }
        }
        List<EntityKey> still = stores.differing(slice.name(), keys);
        keys.stream()
                .filter(key -> !still.contains(key))
                .forEach(key -> divergences.settled(slice.name(), key, State.REPAIRED, clock.instant()));
        return still.isEmpty()
                ? Optional.empty()
                : Optional.of(still.size() + " entities are known to differ, and do so even after a refresh"
                        + " (expected 0), the first is " + ShownKey.of(slice, still.getFirst())
                        + "; `bailey divergences --slice " + slice.name() + "` lists them, find out who writes them");
    }

    private static boolean changesHands(SliceSpec slice, SliceState from, SliceState to, EntityKey key) {
        return WriteAuthority.of(slice, from, key) != WriteAuthority.of(slice, to, key);
    }
}
