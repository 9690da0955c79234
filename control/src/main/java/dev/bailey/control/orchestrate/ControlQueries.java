package dev.bailey.control.orchestrate;

import dev.bailey.control.completion.Burndown;
import dev.bailey.control.completion.Certificate;
import dev.bailey.control.flag.Flag;
import dev.bailey.control.handover.Writes.Backlog;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.Divergences.Divergence;
import dev.bailey.control.state.GateLog.GateChange;
import dev.bailey.control.state.Holds.Hold;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.Rehearsals.Proof;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Flags;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Everything one may ask of the control plane; changes nothing. Thread-safe; may block for the services' health check. */
public interface ControlQueries {

    List<SliceView> slices();

    Optional<SliceView> slice(SliceName slice);

    /** The gates of the present phase and of the next one, asked afresh. */
    Optional<GatesView> gates(SliceName slice);

    /** Changes of verdict, newest first. */
    List<GateChange> gateHistory(SliceName slice, int limit);

    /** Transitions with their evidence, oldest first. */
    List<Transition> history(SliceName slice, int limit);

    /** The transitions of all slices after the one of an id, at most {@code limit}, oldest first. */
    List<Transition> historySince(long id, int limit);

    /** Id of the last transition of any slice; 0 when there was none. */
    long lastTransition();

    List<Data.Job> jobs();

    Optional<Data.Job> job(String id);

    /** Open ones first. */
    List<Divergence> divergences(SliceName slice, int limit);

    List<Debt> debts(SliceName slice);

    /** Newest first. */
    List<Proof> rehearsals(SliceName slice, int limit);

    List<Flag> flags();

    Burndown burndown();

    /** Empty while a slice is not retired. */
    Optional<Certificate> certificate();

    /**
     * A slice at a glance.
     *
     * @param since when it entered its phase
     * @param stepSince when it came to its present ramp
     * @param next where an advance would lead, when it leads anywhere
     * @param undo where one step back would lead
     * @param holds who holds it, and why
     * @param pending steps in progress
     * @param present gates that let it in and must go on holding
     * @param entering gates of the next phase
     * @param openDivergences confirmed differences of the stores
     */
    record SliceView(
            SliceName name,
            SliceKind kind,
            SliceState state,
            Instant since,
            Instant stepSince,
            Optional<NextStep> next,
            Optional<Phase> undo,
            Flags flags,
            Side safeSide,
            List<Hold> holds,
            List<Pending> pending,
            List<GateReading> present,
            List<GateReading> entering,
            Live live,
            Backlog backlog,
            long openDivergences,
            int openDebts,
            List<Data.Job> jobs) {
        public SliceView {
            holds = List.copyOf(holds);
            pending = List.copyOf(pending);
            present = List.copyOf(present);
            entering = List.copyOf(entering);
            jobs = List.copyOf(jobs);
        }
    }

    /** @param ramp in words, such as {@code 10%} or {@code cohort internal}; empty when the phase has none */
    record NextStep(Phase phase, String ramp, boolean handover) {}

    /** @param next the phase the second list guards; empty at the end of the path */
    record GatesView(
            SliceName slice, Phase phase, List<GateReading> present, Optional<Phase> next, List<GateReading> entering) {
        public GatesView {
            present = List.copyOf(present);
            entering = List.copyOf(entering);
        }
    }
}
