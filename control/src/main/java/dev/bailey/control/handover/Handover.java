package dev.bailey.control.handover;

import dev.bailey.control.handover.HandoverResult.Aborted;
import dev.bailey.control.handover.HandoverResult.Committed;
import dev.bailey.control.handover.HandoverResult.Stale;
import dev.bailey.control.handover.HandoverResult.Unsettled;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.StateException;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.WriteAuthority;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves write authority of a cohort, forward or back, within the slice's stall budget: either the new record is in force, or
 * the old routing goes on and nothing is lost. Thread-safe; one at a time for a slice is the caller's duty. An interrupt
 * before the commit aborts it, and is kept on the thread.
 */
public final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private static final String INTERRUPTED = "it was interrupted, by the kill switch or by a shutdown";

    /**
     * Writes of the last moments before the look ahead are looked at again: clocks of nodes are apart, and figures of a shared
     * journal know another node's records up to two seconds later.
     */
    private static final Duration AGAIN = Duration.ofSeconds(3);

    private final SliceRecords records;
    private final Writes writes;
    private final Stores stores;
    private final Debts debts;
    private final KnownDifferences differences;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Duration recent;
    private final int recentLimit;

    /** Slices whose writes are held until the store says how the commit ended. */
    private final Set<SliceName> unsettled = ConcurrentHashMap.newKeySet();

    /**
     * Handovers that are over and that the store may still have as begun, as it did not take the abort or did not say that it had
     * taken the beginning: until it is told, other nodes hold the writes of the cohort.
     */
    private final Map<SliceName, Transition> unaborted = new ConcurrentHashMap<>();

    private final ReentrantLock settling = new ReentrantLock();

    /**
     * What a look at both stores saw while writes still flowed, so that fewer are looked at while they stand still.
     *
     * @param since who was written from here on is looked at again; of all before, every write had been delivered
     * @param keys that were looked at
     * @param unequal those that were not equal, and are looked at again
     */
    private record Seen(Instant since, List<EntityKey> keys, List<EntityKey> unequal) {}

    /**
     * @param recent how far back written entities are verified
     * @param recentLimit how many at most
     */
    public Handover(
            SliceRecords records,
            Writes writes,
            Stores stores,
            Debts debts,
            Divergences divergences,
            InstantSource clock,
            LongSupplier nanoTime,
            Duration recent,
            int recentLimit) {
        this.records = records;
        this.writes = writes;
        this.stores = stores;
        this.debts = debts;
        this.differences = new KnownDifferences(debts, divergences, stores, clock);
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.recent = recent;
        this.recentLimit = recentLimit;
    }

    /** From {@code draft.from()} to {@code draft.to()}, whose epoch is given here, while replication runs. */
    public HandoverResult run(SliceSpec slice, Transition draft) {
        return run(slice, draft, new Carry.ByFence());
    }

    /** Back from a phase that keeps a gap: replays it first, and tells how much is left. */
    public HandoverResult runWithGap(
            SliceSpec slice, Transition draft, long nearlyEmpty, int passes, LongConsumer left) {
        return run(slice, draft, new Carry.ByGapReplay(nearlyEmpty, passes, left));
    }

    /**
     * Asks the store how handovers ended whose commit was not answered, and releases what they hold; and tells it of aborts that
     * it did not take. Cheap when there is none.
     *
     * @throws StateException when the store cannot be asked yet
     */
    public void settle() {
        unsettled.forEach(this::settle);
        unaborted.keySet().forEach(this::settle);
    }

    /** One at a time: an abort that is told late must not take back the marker of a handover that has begun since. */
    private void settle(SliceName slice) {
        settling.lock();
        try {
            settled(slice);
        } finally {
            settling.unlock();
        }
    }

    private void settled(SliceName slice) {
        if (unsettled.contains(slice)) {
            records.reread(slice);
            if (unsettled.remove(slice)) {
                writes.release(slice);
            }
        }
        Transition aborted = unaborted.get(slice);
        if (aborted != null) {
            records.pending(slice).stream()
                    .filter(pending -> pending.kind() == Pending.Kind.PREPARE)
                    .forEach(pending -> records.abort(pending, aborted));
            unaborted.remove(slice, aborted);
        }
    }

    private HandoverResult run(SliceSpec slice, Transition draft, Carry carry) {
        settle(slice.name());
        Optional<String> unheard = unheard(writes, slice);
        if (unheard.isPresent()) {
            return new Aborted(records.standing(slice.name()), unheard.get(), Map.of());
        }
        Set<Long> known = owed(slice.name());
        if (!draft.forced()) {
            Optional<String> unequal = unequal(slice, draft);
            if (unequal.isPresent()) {
                return new Aborted(records.standing(slice.name()), unequal.get(), Map.of());
            }
        }
        Seen seen;
        try {
            seen = lookAhead(slice, draft);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Aborted(records.standing(slice.name()), INTERRUPTED, Map.of());
        }
        Optional<Pending> begun;
        try {
            begun = records.begin(new Pending(
                    slice.name(),
                    Pending.Kind.PREPARE,
                    draft.from(),
                    draft.to(),
                    draft.actor(),
                    draft.reason(),
                    draft.at()));
        } catch (StateException.OutcomeUnknown e) {
            String why = "the store did not say whether it was begun";
            unaborted.put(slice.name(), draft.with(Map.of(), "aborted: " + why));
            LOG.warn("{}; the handover of {} is taken back as soon as it answers again", why, slice.name(), e);
            return new Aborted(
                    records.standing(slice.name()),
                    why + ", and is told to take it back as soon as it answers; then try again (" + e.getMessage()
                            + ")",
                    Map.of());
        }
        if (begun.isEmpty()) {
            return new Stale(records.standing(slice.name()));
        }
        Attempt attempt = new Attempt(slice, draft, begun.get(), known, seen);
        try {
            Optional<String> obstacle = carry.ahead(writes, slice.name());
            return obstacle.isPresent() ? attempt.abort(obstacle.get()) : attempt.hold(carry);
        } catch (InterruptedException e) {
            return attempt.interrupted();
        } catch (RuntimeException e) {
            LOG.warn("handover of {} failed before it held any write", slice.name(), e);
            return attempt.abort("it failed: " + e.getMessage());
        }
    }

    /** Why no step may be made that builds on the slice's record, when a node may still write under an earlier one. */
    public static Optional<String> unheard(Writes writes, SliceSpec slice) {
        List<String> nodes = writes.unheard(slice.name());
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", nodes) + " may still write " + slice.name()
                        + " without the shared store, or has a moment ago (expected a word that it has ended); let it come back, or"
                        + " start it again on its own data folder, or, when its process is gone for good, say so:"
                        + " bailey nodes FILE --remove NAME");
    }

    private Optional<String> unequal(SliceSpec slice, Transition draft) {
        try {
            return differences.obstacle(slice, draft.from(), draft.to());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(INTERRUPTED);
        } catch (RuntimeException e) {
            LOG.warn("what is known to differ in {} could not be made equal", slice.name(), e);
            return Optional.of("what is known to differ could not be made equal: " + e.getMessage());
        }
    }

    /** Nothing is decided by it but what need not be read again: what fails here is asked for again while writes are held. */
    private Seen lookAhead(SliceSpec slice, Transition draft) throws InterruptedException {
        Instant now = clock.instant();
        Instant from = now.minus(recent);
        Seen nothing = new Seen(from, List.of(), List.of());
        if (draft.from().phase() == Phase.LEGACY_OFF) {
            return nothing; // before the gap is replayed, everything in it differs
        }
        try {
            Instant delivered = now.minus(writes.backlog(slice.name()).oldest()).minus(AGAIN);
            List<EntityKey> keys = recentlyMoving(slice, draft, from);
            List<EntityKey> unequal = keys.isEmpty() ? keys : stores.differing(slice.name(), keys);
            return new Seen(delivered.isBefore(from) ? from : delivered, keys, unequal);
        } catch (RuntimeException e) {
            LOG.debug("{} could not be looked at before its handover", slice.name(), e);
            return nothing;
        }
    }

    private List<EntityKey> recentlyMoving(SliceSpec slice, Transition draft, Instant since) {
        return writes.recentKeys(slice.name(), since, recentLimit).stream()
                .filter(key -> changesHands(slice, draft, key))
                .toList();
    }

    /** Where the authority stays (a gap replay), everything written lately counts. */
    private static boolean changesHands(SliceSpec slice, Transition draft, EntityKey key) {
        return WriteAuthority.of(slice, draft.from(), key) != WriteAuthority.of(slice, draft.to(), key)
                || draft.from().phase() == Phase.LEGACY_OFF;
    }

    private Set<Long> owed(SliceName slice) {
        return debts.open(slice).stream().map(Debt::id).collect(Collectors.toSet());
    }

    /** One handover, once it is marked as begun. */
    private final class Attempt {
        private final SliceSpec slice;
        private final SliceName name;
        private final Transition draft;
        private final Pending pending;
        private final long budgetNanos;

        /** What the slice owed before: nothing, or Bailey was told to look away. */
        private final Set<Long> known;

        private final Seen seen;
        private final Map<String, Double> numbers = new LinkedHashMap<>();
        private long heldAt;
        private long lapAt;

        Attempt(SliceSpec slice, Transition draft, Pending pending, Set<Long> known, Seen seen) {
            this.slice = slice;
            this.name = slice.name();
            this.draft = draft;
            this.pending = pending;
            this.known = known;
            this.seen = seen;
            this.budgetNanos = slice.gates().stall().toNanos();
        }

        HandoverResult hold(Carry carry) {
            HandoverResult result;
            heldAt = nanoTime.getAsLong();
            lapAt = heldAt;
            try {
                writes.hold(pending.prepared());
                Optional<String> obstacle = obstacle(carry);
                result = obstacle.isPresent() ? abort(obstacle.get()) : commit();
            } catch (InterruptedException e) {
                result = interrupted();
            } catch (RuntimeException e) {
                LOG.warn("handover of {} failed before its commit", name, e);
                result = abort("it failed: " + e.getMessage());
            } finally {
                if (!unsettled.contains(name)) {
                    writes.release(name);
                }
            }
            return measured(result);
        }

        /** Steps 3 to 5 of the protocol: quiet, carried, equal. Why it cannot go on, or empty. */
        private Optional<String> obstacle(Carry carry) throws InterruptedException {
            if (!writes.awaitQuiet(name, left())) {
                return Optional.of("writes in flight did not end in time (stall budget " + budget()
                        + "); a slow or unknown write of the cohort is at the authority, try again");
            }
            lap("quietMs");
            Optional<String> undelivered = carry.rest(writes, name, left());
            if (undelivered.isPresent()) {
                return undelivered;
            }
            lap("carriedMs");
            Optional<String> unequal = verify();
            lap("comparedMs");
            if (unequal.isPresent()) {
                return unequal;
            }
            // A write may have ended in a debt since the gates were asked: then nobody knows which entity it left
            // behind.
            if (!known.containsAll(owed(name))) {
                return Optional.of("the slice has come to owe a reconcile meanwhile (expected no new debt): a write of"
                        + " unknown fate may be at its authority alone; let the reconcile run, then try again");
            }
            return left().isZero()
                    ? Optional.of("it took longer than the stall budget of " + budget()
                            + " before it could commit; try again when there is less load, or allow a longer stall")
                    : Optional.empty();
        }

        /** What a part of the stall took. */
        private void lap(String part) {
            long now = nanoTime.getAsLong();
            numbers.put(part, (now - lapAt) / 1e6);
            lapAt = now;
        }

        private Optional<String> verify() throws InterruptedException {
            Set<EntityKey> again = new LinkedHashSet<>(seen.unequal());
            again.addAll(recentlyMoving(slice, draft, seen.since()));
            List<EntityKey> keys = List.copyOf(again);
            again.addAll(seen.keys());
            numbers.put("verified", (double) again.size());
            numbers.put("verifiedHeld", (double) keys.size());
            numbers.put("repaired", 0.0);
            List<EntityKey> unequal = keys.isEmpty() ? keys : stores.differing(name, keys);
            if (unequal.isEmpty()) {
                return Optional.empty();
            }
            for (Side authority : Side.values()) {
                List<EntityKey> owned = unequal.stream()
                        .filter(key -> WriteAuthority.of(slice, pending.from(), key) == authority)
                        .toList();
                if (!owned.isEmpty()) {
                    stores.refresh(name, authority, owned);
                }
            }
            numbers.put("repaired", (double) unequal.size());
            List<EntityKey> still = stores.differing(name, unequal);
            return still.isEmpty()
                    ? Optional.empty()
                    : Optional.of(still.size() + " of " + keys.size()
                            + " recently changed entities differ even after a refresh (expected 0), the first is "
                            + ShownKey.of(slice, still.getFirst()) + "; reconcile the slice, find out who writes them");
        }

        private HandoverResult commit() {
            try {
                Optional<Standing> committed = records.commit(pending, draft.with(numbers, draft.detail()));
                return committed.isPresent()
                        ? new Committed(committed.get(), numbers)
                        : abort("the slice was moved by another command meanwhile");
            } catch (StateException.OutcomeUnknown e) {
                LOG.error(
                        "the store did not say whether the handover of {} was committed; its writes stay held",
                        name,
                        e);
                unsettled.add(name);
                return new Unsettled(records.standing(name), String.valueOf(e.getMessage()), numbers);
            } catch (RuntimeException e) {
                // The answer is lost, but the record may be durable; then it rules.
                LOG.warn("commit of the handover of {} failed; asking the state file what holds", name, e);
                Standing stored = records.reread(name);
                return stored.state().epoch().equals(pending.prepared().epoch())
                        ? new Committed(stored, numbers)
                        : abort("the state file refused the commit: " + e.getMessage());
            }
        }

        HandoverResult interrupted() {
            // Taken off for the abort's own work, and put back by the thread's interrupt below.
            HandoverResult result = abort(INTERRUPTED);
            Thread.currentThread().interrupt();
            return result;
        }

        HandoverResult abort(String why) {
            Transition aborted = draft.with(numbers, "aborted: " + why);
            try {
                return new Aborted(records.abort(pending, aborted), why, numbers);
            } catch (RuntimeException e) {
                LOG.error("handover of {} is aborted in memory only; the store is told when it answers again", name, e);
                unaborted.put(name, aborted);
                return new Aborted(
                        records.standing(name), why + " (and the state file failed: " + e.getMessage() + ")", numbers);
            }
        }

        private HandoverResult measured(HandoverResult result) {
            numbers.put("stallMs", (nanoTime.getAsLong() - heldAt) / 1e6);
            return switch (result) {
                case Committed(Standing standing, var before) -> {
                    records.measured(standing.state(), numbers);
                    yield new Committed(standing, numbers);
                }
                case Aborted(Standing standing, String why, var before) -> new Aborted(standing, why, numbers);
                case Unsettled(Standing standing, String why, var before) -> new Unsettled(standing, why, numbers);
                case Stale stale -> stale;
            };
        }

        private Duration left() {
            long nanos = budgetNanos - (nanoTime.getAsLong() - heldAt);
            return Duration.ofNanos(Math.max(0, nanos));
        }

        private String budget() {
            return slice.gates().stall().toMillis() + " ms";
        }
    }
}
