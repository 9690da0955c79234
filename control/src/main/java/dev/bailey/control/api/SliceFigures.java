package dev.bailey.control.api;

import dev.bailey.control.handover.Writes;
import dev.bailey.control.orchestrate.ControlQueries;
import dev.bailey.control.orchestrate.Live;
import dev.bailey.control.state.Holds;
import dev.bailey.control.state.Pending;
import dev.bailey.model.phase.Flags;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.SliceState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One slice as the status shows it. */
final class SliceFigures {

    private SliceFigures() {}

    static StatusView.Slice of(ControlQueries.SliceView slice, DiffViews.Totals totals) {
        SliceState state = slice.state();
        Optional<StatusView.Next> next = slice.next().map(step -> next(slice, step));
        Optional<String> held = slice.holds().isEmpty()
                ? Optional.empty()
                : Optional.of(slice.holds().stream().map(SliceFigures::hold).collect(Collectors.joining("; ")));
        return new StatusView.Slice(
                slice.name().value(),
                slice.kind(),
                state.phase(),
                state.phase().number(),
                PhaseTable.path(slice.kind()),
                state.ramp().toString(),
                state.ramp().hundredths(),
                state.cohorts().stream().sorted().toList(),
                state.epoch().value(),
                slice.since(),
                slice.stepSince(),
                held,
                slice.safeSide(),
                slice.pending().stream().findFirst().map(SliceFigures::pending),
                next,
                slice.undo(),
                flags(slice.flags()),
                live(slice.live()),
                slice.live().differences(),
                totals.compared(),
                totals.lost(),
                OptionalLong.of(slice.openDivergences()),
                slice.openDebts(),
                backlog(slice.backlog()),
                message(state, held, next));
    }

    /** Gates that do not pass; the second person's word comes with the step itself. */
    static List<String> blocking(List<GateReading> gates) {
        return gates.stream()
                .filter(reading -> reading.verdict() != Verdict.PASS && reading.gate() != GateName.APPROVED)
                .map(reading -> reading.gate().label())
                .toList();
    }

    private static StatusView.Next next(ControlQueries.SliceView slice, ControlQueries.NextStep step) {
        boolean ramp = step.phase() == slice.state().phase();
        List<GateReading> asked = ramp ? slice.present() : slice.entering();
        List<String> blocking = blocking(asked);
        boolean approval =
                !ramp && PhaseTable.entryGates(slice.kind(), step.phase()).contains(GateName.APPROVED);
        String what = (ramp ? "ramp " : step.phase() + " ") + step.ramp();
        String message = blocking.isEmpty()
                ? what.strip() + (approval ? " needs a second person" : " may be taken")
                : what.strip() + " waits for " + String.join(", ", blocking);
        return new StatusView.Next(
                ramp ? StatusView.Step.RAMP : StatusView.Step.PHASE,
                step.phase(),
                step.ramp(),
                List.of(),
                blocking.isEmpty() && slice.pending().isEmpty(),
                blocking,
                step.handover(),
                approval,
                message);
    }

    private static StatusView.Pending pending(Pending pending) {
        return new StatusView.Pending(
                pending.kind() == Pending.Kind.PREPARE ? "handover" : "rehearsal",
                pending.prepared().phase(),
                pending.prepared().ramp().toString(),
                pending.actor(),
                pending.reason(),
                pending.at());
    }

    private static String hold(Holds.Hold hold) {
        return "by " + hold.actor() + ": " + hold.reason();
    }

    private static StatusView.FlagSet flags(Flags flags) {
        return new StatusView.FlagSet(
                flags.dualWrite(), flags.shadowRead(), flags.readModern(), flags.writeModern(), flags.legacyWrites());
    }

    private static StatusView.Live live(Live live) {
        return new StatusView.Live(
                traffic(live.sides().get(Side.LEGACY)),
                traffic(live.sides().get(Side.MODERN)),
                live.fallbacksPerSecond(),
                live.comparedPerSecond());
    }

    private static StatusView.Traffic traffic(Live.@Nullable LiveSide side) {
        return side == null
                ? new StatusView.Traffic(0, 0, 0, OptionalDouble.empty(), OptionalDouble.empty())
                : new StatusView.Traffic(
                        side.requestsPerSecond(),
                        side.mirroredPerSecond(),
                        side.errors().orElse(0),
                        millis(side.p50Micros()),
                        millis(side.p99Micros()));
    }

    private static OptionalDouble millis(OptionalDouble micros) {
        return micros.isPresent() ? OptionalDouble.of(micros.getAsDouble() / 1_000) : OptionalDouble.empty();
    }

    private static StatusView.Backlog backlog(Writes.Backlog backlog) {
        return new StatusView.Backlog(
                backlog.undelivered(),
                backlog.unknown(),
                backlog.parked(),
                backlog.gap(),
                backlog.undelivered() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(backlog.oldest().toMillis()));
    }

    private static String message(SliceState state, Optional<String> held, Optional<StatusView.Next> next) {
        String where = PhaseTable.hasRamp(state.phase())
                ? state.phase() + " at " + state.ramp()
                : state.phase().name();
        String step = next.map(then -> "; " + then.message()).orElse("; the end of its path");
        return where + held.map(why -> ", held " + why).orElse("") + step;
    }
}
