package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.Issue;
import dev.bailey.control.handover.Handover;
import dev.bailey.control.handover.HandoverResult;
import dev.bailey.control.handover.HandoverResult.Aborted;
import dev.bailey.control.handover.HandoverResult.Committed;
import dev.bailey.control.handover.HandoverResult.Stale;
import dev.bailey.control.handover.HandoverResult.Unsettled;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.SliceSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a step, by routing, handover or gap replay, and starts what the new phase begins with. */
final class Movement {

    private static final Logger LOG = LoggerFactory.getLogger(Movement.class);

    private final SliceRecords records;
    private final Handover handover;
    private final Writes writes;
    private final Jobs jobs;
    private final Debts debts;
    private final InstantSource clock;
    private final ControlSettings settings;

    Movement(
            SliceRecords records,
            Handover handover,
            Writes writes,
            Jobs jobs,
            Debts debts,
            InstantSource clock,
            ControlSettings settings) {
        this.records = records;
        this.handover = handover;
        this.writes = writes;
        this.jobs = jobs;
        this.debts = debts;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Makes the step from a record, if it is still in force.
     *
     * @param forced whether gates that did not pass were skipped
     * @param gates their readings, kept as evidence
     */
    CommandResult make(
            SliceSpec slice,
            SliceState from,
            Plan.Move move,
            Issue issue,
            Command command,
            boolean forced,
            List<GateReading> gates) {
        Transition draft = new Transition(
                0,
                slice.name(),
                clock.instant(),
                issue.actor(),
                issue.reason(),
                label(command),
                from,
                move.to(),
                true,
                forced,
                issue.approval(),
                gates,
                Map.of(),
                "by " + move.way().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        return switch (move.way()) {
            case ROUTING -> route(slice, draft);
            case HANDOVER -> told(slice, draft, handover.run(slice, draft));
            case GAP_REPLAY -> {
                LongConsumer left = remaining -> LOG.info("gap replay of {}: {} writes left", slice.name(), remaining);
                yield told(
                        slice,
                        draft,
                        handover.runWithGap(slice, draft, settings.gapNearlyEmpty(), settings.gapPasses(), left));
            }
        };
    }

    private CommandResult route(SliceSpec slice, Transition draft) {
        Optional<String> unheard =
                isBack(draft.from(), draft.to()) ? Optional.empty() : Handover.unheard(writes, slice);
        if (unheard.isPresent()) {
            return new Refused(
                    Cause.ABORTED, "slice " + slice.name() + " stays where it is: " + unheard.get(), List.of());
        }
        Optional<Standing> moved = records.move(draft);
        if (moved.isEmpty()) {
            return stale(slice);
        }
        return done(slice, draft, moved.get(), "");
    }

    private static boolean isBack(SliceState from, SliceState to) {
        return to.phase().isBefore(from.phase())
                || to.phase() == from.phase()
                        && to.ramp().compareTo(from.ramp()) <= 0
                        && from.cohorts().containsAll(to.cohorts());
    }

    private CommandResult told(SliceSpec slice, Transition draft, HandoverResult result) {
        return switch (result) {
            case Committed(Standing standing, Map<String, Double> numbers) ->
                done(
                        slice,
                        draft,
                        standing,
                        String.format(
                                Locale.ROOT,
                                "; writes stood still for %.0f ms (stall budget %d ms), %.0f entities verified",
                                numbers.getOrDefault("stallMs", 0.0),
                                slice.gates().stall().toMillis(),
                                numbers.getOrDefault("verified", 0.0)));
            case Aborted(Standing standing, String why, Map<String, Double> numbers) ->
                new Refused(
                        Cause.ABORTED,
                        "the handover of " + slice.name() + " was aborted, the old routing goes on under epoch "
                                + standing.state().epoch() + " and nothing is lost: " + why,
                        List.of());
            case Unsettled(Standing standing, String why, Map<String, Double> numbers) ->
                new Refused(
                        Cause.ABORTED,
                        "it is not known whether the handover of " + slice.name()
                                + " was made, and its writes stay held until the"
                                + " store says so (the watch asks again; expected within seconds, else look after the store): "
                                + why,
                        List.of());
            case Stale stale -> stale(slice);
        };
    }

    CommandResult stale(SliceSpec slice) {
        return new Refused(
                Cause.STALE_EPOCH,
                "slice " + slice.name() + " has moved meanwhile, it is at epoch "
                        + records.standing(slice.name()).state().epoch() + "; look again, then decide",
                List.of());
    }

    private CommandResult done(SliceSpec slice, Transition draft, Standing standing, String more) {
        String message =
                "slice " + slice.name() + " stands in " + standing.state().phase() + place(standing.state())
                        + " under epoch " + standing.state().epoch() + more;
        endRehearsal(standing);
        if (!slice.hasState()) {
            return new Done(message, Optional.of(standing.state()));
        }
        return new Done(
                message
                        + settleOlderWrites(slice, draft.from().phase(), standing)
                        + begin(slice, draft.from().phase(), standing.state().phase()),
                Optional.of(standing.state()));
    }

    /** A slice that went back to before write cutover has brought a rehearsed cohort home as well. */
    private void endRehearsal(Standing standing) {
        if (standing.state().phase().isBefore(Phase.WRITE_CUTOVER)) {
            records.pending(standing.state().slice()).stream()
                    .filter(pending -> pending.kind() == Pending.Kind.REHEARSAL)
                    .forEach(records::end);
        }
    }

    /** Where writes are carried another way from now on, those begun before must have ended before anything builds on it. */
    private String settleOlderWrites(SliceSpec slice, Phase from, Standing standing) {
        Phase to = standing.state().phase();
        boolean sameWay =
                PhaseTable.row(from).replication() == PhaseTable.row(to).replication();
        if (sameWay || to == Phase.LEGACY_ONLY) {
            return "";
        }
        try {
            if (writes.awaitOlderWrites(slice.name(), settings.olderWrites())) {
                return "";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("waiting for older writes of {} failed", slice.name(), e);
        }
        debts.owe(
                slice.name(),
                clock.instant(),
                "writes begun before " + to + " may have ended without being carried to the other side");
        return "; some writes begun before still run, so a full reconcile is owed";
    }

    private String begin(SliceSpec slice, Phase from, Phase to) {
        if (from == to || to.isBefore(from)) {
            return "";
        }
        try {
            return switch (to) {
                case BACKFILL -> "; backfill " + jobs.backfill(slice.name()) + " runs";
                case RECONCILE -> "; full reconcile " + jobs.reconcile(slice.name(), false, false) + " runs";
                default -> "";
            };
        } catch (RuntimeException e) {
            LOG.warn("the work of phase {} of {} did not start", to, slice.name(), e);
            return "; its work did not start (" + e.getMessage() + "), the watch tries again";
        }
    }

    private static String place(SliceState state) {
        String words = Plan.words(state);
        return words.isEmpty() ? "" : " at " + words;
    }

    private static String label(Command command) {
        return command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
