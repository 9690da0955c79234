package dev.bailey.control.handover;

import dev.bailey.control.handover.HandoverResult.Aborted;
import dev.bailey.control.handover.HandoverResult.Committed;
import dev.bailey.control.handover.HandoverResult.Stale;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.Rehearsals;
import dev.bailey.control.state.Rehearsals.Proof;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Moves a small cohort to the other side and back under live writes, and holds everything it touched, and a sample of what
 * was written in the last hour, against each other. While it runs, the routing record says what is true: the slice stands in
 * {@code WRITE_CUTOVER} with the cohort's ramp; a durable marker says where it must come back to.
 *
 * <p>Legal where all reads are modern and all writes on one side: in {@code READ_CUTOVER} at 100 % (cohort forward, then back)
 * and in {@code WRITE_CUTOVER} at 100 % (cohort back, then forward). A switch slice rehearses in {@code SHADOW_READ}, whole or
 * not at all.
 */
public final class Rehearsal {

    private static final int BACK_ATTEMPTS = 3;
    private static final int LOOKS = 5;
    private static final int SAMPLE = 2_000;
    private static final Duration SAMPLED = Duration.ofHours(1);
    private static final Duration FENCE = Duration.ofSeconds(30);

    private final SliceRecords records;
    private final Handover handover;
    private final Writes writes;
    private final Stores stores;
    private final Rehearsals proofs;
    private final InstantSource clock;
    private final Duration run;

    /** @param run how long the cohort stays on the other side */
    public Rehearsal(
            SliceRecords records,
            Handover handover,
            Writes writes,
            Stores stores,
            Rehearsals proofs,
            InstantSource clock,
            Duration run) {
        this.records = records;
        this.handover = handover;
        this.writes = writes;
        this.stores = stores;
        this.proofs = proofs;
        this.clock = clock;
        this.run = run;
    }

    /** What became of it. */
    public sealed interface Outcome {
        record Shown(Proof proof) implements Outcome {}

        /** Nothing is proved, neither way. */
        record NotShown(String why) implements Outcome {}
    }

    /** Why a rehearsal of the cohort is not legal where the slice stands; empty when it is. */
    public static Optional<String> obstacle(SliceSpec slice, SliceState state, Ramp cohort) {
        if (slice.kind() == SliceKind.STATELESS) {
            return Optional.of(
                    "slice " + slice.name() + " has no stored state, so there is no write authority to rehearse");
        }
        if (cohort.hundredths() == 0) {
            return Optional.of("a cohort of 0% moves nothing (expected at least 0.01%)");
        }
        boolean atSwitch = slice.kind() == SliceKind.SWITCH && state.phase() == Phase.SHADOW_READ;
        if (atSwitch && !cohort.isFull()) {
            return Optional.of("slice " + slice.name()
                    + " is switched as a whole, so its rehearsal is too: ask for a cohort of 100%");
        }
        boolean full = (state.phase() == Phase.READ_CUTOVER || state.phase() == Phase.WRITE_CUTOVER)
                && state.ramp().isFull();
        return atSwitch || full
                ? Optional.empty()
                : Optional.of("slice " + slice.name() + " stands in " + state.phase() + " at " + state.ramp()
                        + " (expected READ_CUTOVER or WRITE_CUTOVER at 100%)");
    }

    /** Runs it; blocks. The draft names who and why; its target is not used. */
    public Outcome run(SliceSpec slice, Transition draft, Ramp cohort) throws InterruptedException {
        SliceState origin = draft.from();
        Optional<Pending> marker = records.begin(new Pending(
                slice.name(), Pending.Kind.REHEARSAL, origin, origin, draft.actor(), draft.reason(), draft.at()));
        if (marker.isEmpty()) {
            return new Outcome.NotShown("the slice has moved meanwhile");
        }
        Instant began = clock.instant();
        HandoverResult forward = handover.run(slice, step(draft, origin, away(origin, cohort), "rehearse away"));
        if (!(forward instanceof Committed away)) {
            records.end(marker.get());
            return new Outcome.NotShown("the way there was " + why(forward));
        }
        Thread.sleep(run);
        HandoverResult home = bringBack(slice, marker.get());
        return home instanceof Committed back
                ? compare(slice, cohort, began, stall(away), stall(back))
                : new Outcome.NotShown(
                        "the way back was " + why(home) + "; the cohort is still across, go back by hand");
    }

    /** Hands a cohort that a rehearsal (perhaps before a restart) left across back to where it came from. */
    public HandoverResult bringBack(SliceSpec slice, Pending marker) {
        HandoverResult result = new Stale(records.standing(slice.name()));
        for (int attempt = 0; attempt < BACK_ATTEMPTS && !(result instanceof Committed); attempt++) {
            Standing now = records.standing(slice.name());
            if (sameRouting(now.state(), marker.prepared())) {
                records.end(marker);
                return new Committed(now, Map.of("stallMs", 0.0));
            }
            if (Thread.currentThread().isInterrupted()) {
                return result;
            }
            Transition draft = new Transition(
                    0,
                    slice.name(),
                    clock.instant(),
                    marker.actor(),
                    marker.reason(),
                    "rehearse back",
                    now.state(),
                    marker.prepared(),
                    true,
                    false,
                    Optional.empty(),
                    List.of(),
                    Map.of(),
                    "rehearsal: back to where it came from");
            result = handover.run(slice, draft);
        }
        if (result instanceof Committed) {
            records.end(marker);
        }
        return result;
    }

    private Outcome compare(SliceSpec slice, Ramp cohort, Instant began, double there, double back)
            throws InterruptedException {
        SliceName name = slice.name();
        Set<EntityKey> keys = new LinkedHashSet<>(writes.recentKeys(name, began, SAMPLE));
        keys.addAll(writes.recentKeys(name, clock.instant().minus(SAMPLED), SAMPLE));
        if (keys.isEmpty()) {
            return new Outcome.NotShown(
                    "no entity was written in the last hour, so there is nothing to hold against each"
                            + " other; rehearse under live writes");
        }
        List<EntityKey> unequal = List.copyOf(keys);
        // An entity that is written during its own check is looked at again, after its writes have arrived.
        for (int look = 0; look < LOOKS && !unequal.isEmpty(); look++) {
            try {
                if (!writes.awaitFence(name, FENCE)) {
                    return new Outcome.NotShown("writes were not delivered within " + FENCE.toSeconds()
                            + " s after the way back; look at the backlog");
                }
                unequal = stores.differing(name, unequal);
            } finally {
                writes.release(name); // what the fence keeps still must go on: nothing changes hands any more
            }
        }
        Proof proof = new Proof(
                name,
                clock.instant(),
                cohort,
                unequal.isEmpty(),
                keys.size(),
                unequal.size(),
                there,
                back,
                unequal.isEmpty()
                        ? keys.size() + " entities are equal on both sides"
                        : unequal.size() + " of " + keys.size() + " entities differ (expected 0), the first is "
                                + ShownKey.of(slice, unequal.getFirst()));
        proofs.keep(proof);
        return new Outcome.Shown(proof);
    }

    private static SliceState away(SliceState origin, Ramp cohort) {
        Ramp ramp = origin.phase() == Phase.WRITE_CUTOVER ? new Ramp(Ramp.BUCKETS - cohort.hundredths()) : cohort;
        return new SliceState(origin.slice(), Phase.WRITE_CUTOVER, ramp, Set.of(), origin.epoch());
    }

    private static Transition step(Transition draft, SliceState from, SliceState to, String command) {
        return new Transition(
                0,
                draft.slice(),
                draft.at(),
                draft.actor(),
                draft.reason(),
                command,
                from,
                to,
                true,
                false,
                draft.approval(),
                draft.gates(),
                Map.of(),
                "rehearsal: a cohort goes to the other side");
    }

    private static boolean sameRouting(SliceState one, SliceState other) {
        return one.phase() == other.phase()
                && one.ramp().equals(other.ramp())
                && one.cohorts().equals(other.cohorts());
    }

    private static double stall(Committed committed) {
        return committed.numbers().getOrDefault("stallMs", 0.0);
    }

    private static String why(HandoverResult result) {
        return switch (result) {
            case Committed committed -> "made";
            case Aborted aborted -> "aborted: " + aborted.why();
            case HandoverResult.Unsettled unsettled -> "not known to be made: " + unsettled.why();
            case Stale stale -> "not begun: the slice has moved meanwhile";
        };
    }
}
