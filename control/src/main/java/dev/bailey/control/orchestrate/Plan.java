package dev.bailey.control.orchestrate;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseRow;
import dev.bailey.model.phase.PhaseRow.UndoBy;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.RampSpec.Step;
import dev.bailey.model.spec.SliceSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a step leads, decided purely from the phase table and the slice's ramp. */
sealed interface Plan {

    /** @param to the record it leads to; its epoch is given when it is put in force */
    record Move(SliceState to, Way way) implements Plan {}

    record Illegal(String why) implements Plan {}

    /** How the step is made. */
    enum Way {
        ROUTING,
        HANDOVER,
        GAP_REPLAY
    }

    static Plan advance(SliceSpec slice, SliceState state, Optional<Phase> to, Optional<Ramp> ramp) {
        Optional<Phase> next = PhaseTable.next(slice.kind(), state.phase());
        boolean ramping = PhaseTable.hasRamp(state.phase()) && !state.ramp().isFull();
        Phase target = to.orElseGet(() -> ramping ? state.phase() : next.orElse(state.phase()));
        if (target == state.phase()) {
            return PhaseTable.hasRamp(target) ? alongRamp(slice, state, ramp) : atRest(slice, state, to);
        }
        if (next.isEmpty() || next.get() != target) {
            return new Illegal("from " + state.phase() + " slice " + slice.name() + " cannot go to " + target
                    + " (expected " + next.map(Phase::name).orElse("nothing: the path ends here") + ")");
        }
        if (ramping) {
            return new Illegal("slice " + slice.name() + " is at " + words(state)
                    + " of its ramp (expected 100%) before it can enter " + target);
        }
        if (!PhaseTable.hasRamp(target)) {
            return ramp.isPresent()
                    ? new Illegal("phase " + target + " has no ramp (found " + ramp.get() + ")")
                    : new Move(place(state, target, Ramp.NONE, Set.of()), way(slice, state.phase(), target));
        }
        return enterRamp(slice, state, target, ramp);
    }

    private static Plan atRest(SliceSpec slice, SliceState state, Optional<Phase> to) {
        return new Illegal(
                to.isPresent()
                        ? "slice " + slice.name() + " stands in " + state.phase() + " already"
                        : "slice " + slice.name() + " is at the end of its path, " + state.phase());
    }

    private static Plan enterRamp(SliceSpec slice, SliceState state, Phase target, Optional<Ramp> ramp) {
        Way way = way(slice, state.phase(), target);
        if (slice.kind() == SliceKind.SWITCH) {
            return ramp.filter(share -> !share.isFull()).isPresent()
                    ? new Illegal("slice " + slice.name() + " is switched as a whole (expected 100%, found "
                            + ramp.get() + ")")
                    : new Move(place(state, target, Ramp.FULL, Set.of()), way);
        }
        if (ramp.isPresent()) {
            return ramp.get().hundredths() == 0
                    ? new Illegal("a ramp of 0% moves nothing (expected at least 0.01%)")
                    : new Move(place(state, target, ramp.get(), Set.of()), way);
        }
        SliceState first = stops(slice, target, state).getFirst();
        return new Move(first, way);
    }

    private static Plan alongRamp(SliceSpec slice, SliceState state, Optional<Ramp> ramp) {
        Way way = state.phase() == Phase.WRITE_CUTOVER ? Way.HANDOVER : Way.ROUTING;
        if (state.ramp().isFull()) {
            return new Illegal("slice " + slice.name() + " is at 100% of " + state.phase() + " already");
        }
        if (ramp.isPresent()) {
            return ramp.get().compareTo(state.ramp()) > 0
                    ? new Move(place(state, state.phase(), ramp.get(), state.cohorts()), way)
                    : new Illegal("slice " + slice.name() + " is at " + words(state) + " already (expected more than "
                            + state.ramp() + ", found " + ramp.get() + "); to lower the ramp, go back");
        }
        for (SliceState stop : stops(slice, state.phase(), state)) {
            if (stop.ramp().compareTo(state.ramp()) > 0 || !state.cohorts().containsAll(stop.cohorts())) {
                Set<String> cohorts = new LinkedHashSet<>(state.cohorts());
                cohorts.addAll(stop.cohorts());
                Ramp share = stop.ramp().compareTo(state.ramp()) > 0 ? stop.ramp() : state.ramp();
                return new Move(place(state, state.phase(), share, cohorts), way);
            }
        }
        return new Move(place(state, state.phase(), Ramp.FULL, state.cohorts()), way);
    }

    static Plan back(SliceSpec slice, SliceState state) {
        if (PhaseTable.hasRamp(state.phase()) && slice.kind() != SliceKind.SWITCH) {
            for (SliceState stop : stops(slice, state.phase(), state).reversed()) {
                Set<String> kept = new LinkedHashSet<>(stop.cohorts());
                kept.retainAll(state.cohorts());
                boolean lower = stop.ramp().compareTo(state.ramp()) < 0
                        || (stop.ramp().equals(state.ramp())
                                && kept.size() < state.cohorts().size());
                boolean something = stop.ramp().hundredths() > 0 || !kept.isEmpty();
                if (lower && something) {
                    Way way = state.phase() == Phase.WRITE_CUTOVER ? Way.HANDOVER : Way.ROUTING;
                    return new Move(place(state, state.phase(), stop.ramp(), kept), way);
                }
            }
        }
        return undo(slice, state);
    }

    /** To the phase the table's undo names. */
    static Plan undo(SliceSpec slice, SliceState state) {
        Optional<Phase> target = PhaseTable.undo(slice.kind(), state.phase());
        if (target.isEmpty()) {
            return new Illegal("there is no way back from " + state.phase()
                    + (state.phase() == Phase.RETIRED ? ": legacy is gone" : ": it is the beginning"));
        }
        Ramp ramp = PhaseTable.hasRamp(target.get()) ? Ramp.FULL : Ramp.NONE;
        return new Move(place(state, target.get(), ramp, Set.of()), wayBack(slice, state.phase()));
    }

    /** Whether legacy serves and owns everything where the slice stands. */
    static boolean isSafe(SliceState state) {
        return state.phase().isBefore(Phase.READ_CUTOVER);
    }

    private static Way way(SliceSpec slice, Phase from, Phase to) {
        boolean authorityMoves = PhaseTable.row(from).writes() == PhaseRow.Serving.LEGACY
                && PhaseTable.row(to).writes() != PhaseRow.Serving.LEGACY;
        return slice.hasState() && authorityMoves ? Way.HANDOVER : Way.ROUTING;
    }

    private static Way wayBack(SliceSpec slice, Phase from) {
        UndoBy by = slice.hasState() ? PhaseTable.row(from).undoBy() : UndoBy.ROUTING;
        return switch (by) {
            case NOTHING, ROUTING -> Way.ROUTING;
            case HANDOVER -> Way.HANDOVER;
            case GAP_REPLAY -> Way.GAP_REPLAY;
        };
    }

    /** The stops of the ramp, each with everything before it, the last at 100 %. */
    private static List<SliceState> stops(SliceSpec slice, Phase phase, SliceState state) {
        List<SliceState> stops = new ArrayList<>();
        Ramp share = Ramp.NONE;
        Set<String> cohorts = new LinkedHashSet<>();
        if (slice.kind() != SliceKind.SWITCH) {
            for (Step step : slice.ramp().steps()) {
                switch (step) {
                    case Step.ToCohort(String cohort) -> {
                        if (!counts(slice, phase, cohort)) {
                            continue;
                        }
                        cohorts.add(cohort);
                    }
                    case Step.ToShare(Ramp ramp) -> share = ramp;
                }
                stops.add(place(state, phase, share, cohorts));
            }
        }
        if (stops.isEmpty() || !stops.getLast().ramp().isFull()) {
            stops.add(place(state, phase, Ramp.FULL, cohorts));
        }
        return stops;
    }

    /** Write authority hangs on the entity alone, so only cohorts that are lists of keys are steps of its ramp. */
    private static boolean counts(SliceSpec slice, Phase phase, String cohort) {
        return phase != Phase.WRITE_CUTOVER
                || slice.cohorts().stream()
                        .filter(named -> named.name().equals(cohort))
                        .map(CohortSpec::source)
                        .anyMatch(source -> source.kind() == EntitySource.Kind.CONST);
    }

    private static SliceState place(SliceState state, Phase phase, Ramp ramp, Set<String> cohorts) {
        return new SliceState(state.slice(), phase, ramp, cohorts, state.epoch());
    }

    /** The place on a ramp as a person says it. */
    static String words(SliceState state) {
        if (!PhaseTable.hasRamp(state.phase())) {
            return "";
        }
        List<String> words = new ArrayList<>();
        state.cohorts().stream().sorted().forEach(cohort -> words.add("cohort " + cohort));
        if (state.ramp().hundredths() > 0 || words.isEmpty()) {
            words.add(state.ramp().toString());
        }
        return String.join(" and ", words);
    }
}
