package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.NeedsApproval;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.Role;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.Epoch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class TransitionsTest {

    private final Backing backing;

    TransitionsTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void walksTheWholePathOfItsKindAndNothingElse(SliceKind kind) {
        try (Crossing crossing = new Crossing(backing, folder, Crossing.slice(kind, OnFail.HOLD))) {
            for (Phase phase : PhaseTable.path(kind)) {
                crossing.walkTo(phase, PhaseTable.hasRamp(phase) ? Ramp.FULL : Ramp.NONE);
                for (Phase target : Phase.values()) {
                    if (target != phase
                            && PhaseTable.next(kind, phase)
                                    .filter(target::equals)
                                    .isEmpty()) {
                        assertThat(crossing.plane.execute(
                                        new Command.Advance(
                                                Crossing.ORDERS, Optional.of(target), Optional.empty(), true),
                                        crossing.issue(Set.of(Role.APPROVER), "why", Optional.of("a"))))
                                .as("%s to %s", phase, target)
                                .isInstanceOfSatisfying(
                                        Refused.class,
                                        refused -> assertThat(refused.cause()).isEqualTo(Cause.ILLEGAL));
                    }
                }
            }
            List<Phase> seen = crossing.published.stream()
                    .map(state -> state.phase())
                    .distinct()
                    .toList();
            assertThat(seen).isEqualTo(PhaseTable.path(kind));
            assertThat(crossing.published)
                    .extracting(state -> state.epoch().value())
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void undoLeadsWhereTheTableSays(SliceKind kind) {
        for (Phase phase : PhaseTable.path(kind)) {
            try (Crossing crossing = new Crossing(
                    backing,
                    folder.resolve("undo-" + phase + ".d").toFile().mkdirs()
                            ? folder.resolve("undo-" + phase + ".d")
                            : folder,
                    Crossing.slice(kind, OnFail.HOLD))) {
                crossing.walkTo(phase, Ramp.NONE);
                CommandResult result = crossing.approved(new Command.Back(Crossing.ORDERS, false));
                Optional<Phase> undo = PhaseTable.undo(kind, phase);
                if (undo.isPresent()) {
                    assertThat(result).as("back from %s: %s", phase, result).isInstanceOf(Done.class);
                    assertThat(crossing.state().phase()).isEqualTo(undo.get());
                } else {
                    assertThat(result).isInstanceOf(Refused.class);
                }
            }
        }
    }

    @Test
    void theRampGoesStopByStopAndBack() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
            crossing.force();
            assertThat(crossing.state().cohorts()).containsExactly("internal");
            assertThat(crossing.state().ramp()).isEqualTo(Ramp.NONE);
            crossing.force();
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            crossing.force();
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(5_000));
            crossing.operator(new Command.Back(Crossing.ORDERS, false));
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            assertThat(crossing.state().cohorts()).containsExactly("internal");
            crossing.operator(new Command.Back(Crossing.ORDERS, false));
            assertThat(crossing.state().ramp()).isEqualTo(Ramp.NONE);
            crossing.operator(new Command.Back(Crossing.ORDERS, false));
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void aCohortOfRequestsIsNoStepOfTheWriteRamp() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.WRITE_CUTOVER, Ramp.NONE);
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            assertThat(crossing.state().cohorts()).isEmpty();
        }
    }

    @Test
    void theNextPhaseWaitsForTheWholeRamp() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, new Ramp(100));
            assertThat(crossing.advance(Phase.WRITE_CUTOVER)).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.cause()).isEqualTo(Cause.ILLEGAL);
                assertThat(refused.message()).contains("expected 100%");
            });
        }
    }

    @Test
    void aRampStepWaitsForItsDwell() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
            crossing.traffic(70, Crossing.Load.mirrored());
            crossing.force();
            assertThat(crossing.advance())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message()).contains("expected a dwell of 10 s"));
            crossing.traffic(11, Crossing.Load.mirrored());
            assertThat(crossing.advance()).isInstanceOf(Done.class);
        }
    }

    @Test
    void aClosedGateRefusesWithAllReadings() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.modern.set(new Health.Answer(false, "connection refused"));
            assertThat(crossing.advance()).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.cause()).isEqualTo(Cause.GATES);
                assertThat(refused.message()).contains("connection refused", "expected a 2xx answer");
                assertThat(refused.gates()).hasSize(3);
            });
            assertThat(crossing.state().epoch()).isEqualTo(Epoch.FIRST);
        }
    }

    @Test
    void aStaleEpochIsRefused() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            assertThat(crossing.advance()).isInstanceOf(Done.class);
            assertThat(crossing.plane.execute(
                            new Command.Back(Crossing.ORDERS, false), crossing.expecting(Epoch.FIRST)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.STALE_EPOCH));
            assertThat(crossing.plane.execute(
                            new Command.Back(Crossing.ORDERS, false), crossing.expecting(new Epoch(2))))
                    .isInstanceOf(Done.class);
        }
    }

    @Test
    void forceNeedsTheApproverARreasonAndLateASecondPerson() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.modern.set(new Health.Answer(false, "down"));
            Command force = new Command.Advance(Crossing.ORDERS, Optional.empty(), Optional.empty(), true);
            assertThat(crossing.operator(force))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.FORBIDDEN));
            assertThat(crossing.plane.execute(force, crossing.issue(Set.of(Role.APPROVER), " ", Optional.empty())))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.INVALID));
            assertThat(crossing.plane.execute(force, crossing.issue(Set.of(Role.APPROVER), "known", Optional.empty())))
                    .isInstanceOf(Done.class);
            Transition forced =
                    crossing.plane.queries().history(Crossing.ORDERS, 10).getLast();
            assertThat(forced.forced()).isTrue();
            assertThat(forced.gates()).hasSize(3);

            crossing.walkTo(Phase.READ_CUTOVER, Ramp.FULL);
            assertThat(crossing.plane.execute(force, crossing.issue(Set.of(Role.APPROVER), "known", Optional.empty())))
                    .isInstanceOf(NeedsApproval.class);
            assertThat(crossing.requests).singleElement().asString().contains("gates are skipped in WRITE_CUTOVER");
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
        }
    }

    @Test
    void aViewerChangesNothing() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            assertThat(crossing.plane.execute(
                            new Command.Kill(), crossing.issue(Set.of(Role.VIEWER), "x", Optional.empty())))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.FORBIDDEN));
        }
    }

    @Test
    void legacyOffRetiredAndTheWayBackFromLegacyOffNeedASecondPerson() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, Ramp.FULL);
            crossing.writes.recent.add(Crossing.key("7"));
            assertThat(crossing.operator(new Command.Rehearse(Crossing.ORDERS, new Ramp(100))))
                    .isInstanceOf(Done.class);
            crossing.walkTo(Phase.WRITE_CUTOVER, Ramp.FULL);
            crossing.traffic(20, Crossing.Load.crossed());
            assertThat(crossing.advance())
                    .as("the step waits for a second person")
                    .isInstanceOf(NeedsApproval.class);
            Command off = new Command.Advance(Crossing.ORDERS, Optional.of(Phase.LEGACY_OFF), Optional.empty(), false);
            assertThat(crossing.approved(off)).isInstanceOf(Done.class);

            assertThat(crossing.operator(new Command.Back(Crossing.ORDERS, false)))
                    .isInstanceOf(NeedsApproval.class);
            assertThat(crossing.operator(new Command.Rollback(Crossing.ORDERS, false)))
                    .isInstanceOf(NeedsApproval.class);

            crossing.traffic(121, Crossing.Load.crossed());
            assertThat(crossing.advance()).isInstanceOf(NeedsApproval.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.LEGACY_OFF);
            assertThat(crossing.approved(
                            new Command.Advance(Crossing.ORDERS, Optional.of(Phase.RETIRED), Optional.empty(), false)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.plane
                            .queries()
                            .history(Crossing.ORDERS, 1)
                            .getFirst()
                            .approval())
                    .contains("a-1");
        }
    }

    /** The watch steps back as well: what keeps a slice from going on must not keep it from going back. */
    @Test
    void aNodeThatIsNotHeardOfStopsStepsForwardAndNoneBack() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, new Ramp(5_000));
            crossing.writes.unheard = List.of("b#3");
            assertThat(crossing.force())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message()).contains("b#3", "--remove"));
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(5_000));

            assertThat(crossing.operator(new Command.Back(Crossing.ORDERS, false)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            assertThat(crossing.operator(new Command.Rollback(Crossing.ORDERS, false)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void enteringDualWriteWaitsForOlderWritesOrOwesAReconcile() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.writes.older = false;
            assertThat(crossing.advance().message()).contains("a full reconcile is owed");
            assertThat(crossing.writes.calls).containsExactly("older");
            assertThat(crossing.plane.queries().debts(Crossing.ORDERS)).hasSize(1);
        }
    }

    @Test
    void enteringBackfillAndReconcileStartsTheirWork() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.advance();
            assertThat(crossing.advance()).isInstanceOf(Done.class);
            assertThat(crossing.data.calls).containsExactly("BACKFILL a1");
            assertThat(crossing.advance()).isInstanceOf(Refused.class);
            crossing.data.end(Data.Kind.BACKFILL, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(crossing.advance()).isInstanceOf(Done.class);
            assertThat(crossing.data.calls).containsExactly("BACKFILL a1", "RECONCILE a2");
        }
    }

    @Test
    void reconcilesGoOnByThemselves() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
            int before = crossing.data.calls.size();
            crossing.plane.tick();
            assertThat(crossing.data.calls).hasSize(before);
            crossing.pass(Duration.ofMinutes(6));
            crossing.plane.tick();
            assertThat(crossing.data.calls).hasSize(before + 1);
        }
    }

    @Test
    void rollbackFromLegacyOffReplaysTheGapAndHandsBack() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.LEGACY_OFF, Ramp.NONE);
            crossing.writes.calls.clear();
            Epoch next = crossing.state().epoch().next();
            crossing.writes.gapLeft.addAll(List.of(5_000L, 40L, 0L));
            assertThat(crossing.approved(new Command.Rollback(Crossing.ORDERS, false)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
            assertThat(crossing.writes.calls)
                    .startsWith("gap 5000", "gap 40")
                    .containsSubsequence("hold WRITE_CUTOVER 100% e" + next, "quiet", "gap 0", "release");
        }
    }
}
