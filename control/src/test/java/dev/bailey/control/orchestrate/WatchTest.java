package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.handover.Writes.Backlog;
import dev.bailey.control.orchestrate.Crossing.Load;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Holds;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class WatchTest {

    private final Backing backing;

    WatchTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    private Crossing ramping(OnFail onFail) {
        Crossing crossing = new Crossing(backing, folder, Crossing.slice(SliceKind.STATEFUL, onFail));
        crossing.walkTo(Phase.READ_CUTOVER, new Ramp(5_000));
        return crossing;
    }

    private static Load half() {
        return Load.crossed().withLegacy(100);
    }

    @Test
    void aSlowModernIsSteppedBackAfterTwoFailsInARow() {
        try (Crossing crossing = ramping(OnFail.STEP_BACK)) {
            crossing.traffic(15, half());
            crossing.plane.tick();
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(5_000));

            crossing.traffic(6, half().slow(50_000));
            crossing.plane.tick();
            assertThat(crossing.state().ramp()).as("one fail is not enough").isEqualTo(new Ramp(5_000));
            crossing.traffic(1, half().slow(50_000));
            crossing.plane.tick();

            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            Transition back =
                    crossing.plane.queries().history(Crossing.ORDERS, 1).getFirst();
            assertThat(back.actor()).isEqualTo("bailey");
            assertThat(back.reason()).contains("latency", "50", "expected <= 1.50x");
        }
    }

    @Test
    void itGoesOnWhenTheStoreWasAway() throws Exception {
        try (Crossing crossing = ramping(OnFail.STEP_BACK)) {
            crossing.traffic(15, half().slow(50_000));
            crossing.takeStoreAway();
            crossing.plane.start();
            await().during(Duration.ofMillis(200))
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(thread -> thread.getName().equals("watch")));
            crossing.bringStoreBack();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> crossing.state().ramp().equals(new Ramp(100)));
        }
    }

    @Test
    void itDoesNotActAgainOnOldMeasurements() {
        try (Crossing crossing = ramping(OnFail.STEP_BACK)) {
            crossing.traffic(12, half().slow(50_000));
            crossing.plane.tick();
            crossing.plane.tick();
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            for (int i = 0; i < 5; i++) {
                crossing.traffic(1, half());
                crossing.plane.tick();
            }
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            assertThat(crossing.advance())
                    .as("the dwell and fresh evidence come first")
                    .isInstanceOf(Refused.class);
            crossing.traffic(12, half());
            assertThat(crossing.advance()).isInstanceOf(Done.class);
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(5_000));
        }
    }

    @Test
    void aRollbackGoesAllTheWay() {
        try (Crossing crossing = ramping(OnFail.ROLLBACK)) {
            crossing.traffic(12, half().failing(30));
            crossing.plane.tick();
            crossing.traffic(1, half().failing(30));
            crossing.plane.tick();
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void differencesUnderTheRampAreActedOn() {
        try (Crossing crossing = ramping(OnFail.ROLLBACK)) {
            crossing.traffic(12, half().differing(5));
            crossing.plane.tick();
            crossing.plane.tick();
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void aHoldStopsTheAdvanceUntilTheGatePassesAgain() {
        try (Crossing crossing = ramping(OnFail.HOLD)) {
            crossing.traffic(12, half());
            crossing.writes.backlog = new Backlog(10, 0, 0, 0, Duration.ofSeconds(45));
            crossing.plane.tick();
            crossing.plane.tick();
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .holds())
                    .singleElement()
                    .satisfies(hold -> {
                        assertThat(hold.kind()).isEqualTo(Holds.Kind.WATCH);
                        assertThat(hold.reason()).contains("the oldest for 45 s (expected <= 30 s)");
                    });
            crossing.writes.backlog = Backlog.EMPTY;
            assertThat(crossing.advance())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message()).contains("the watch holds"));
            crossing.restart();
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .holds())
                    .hasSize(1);
            crossing.plane.tick();
            crossing.plane.tick();
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .holds())
                    .isEmpty();
            crossing.traffic(12, half());
            assertThat(crossing.advance()).isInstanceOf(Done.class);
        }
    }

    @Test
    void anOperatorsHoldKeepsTheWatchFromActing() {
        try (Crossing crossing = ramping(OnFail.ROLLBACK)) {
            crossing.operator(new Command.Hold(Crossing.ORDERS, true));
            crossing.traffic(12, half().slow(50_000));
            crossing.plane.tick();
            crossing.plane.tick();
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
            crossing.operator(new Command.Hold(Crossing.ORDERS, false));
            crossing.plane.tick();
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void silenceAndBrokenMeasurementsOnlyHoldStill() {
        try (Crossing crossing = ramping(OnFail.ROLLBACK)) {
            crossing.pass(Duration.ofSeconds(30));
            for (int i = 0; i < 3; i++) {
                crossing.plane.tick();
            }
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
        }
    }

    @Test
    void divergenceFoundByAContinuousReconcileStepsBack() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
            crossing.pass(Duration.ofMinutes(6));
            crossing.plane.tick();
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 4);
            crossing.plane.tick();
            crossing.plane.tick();
            assertThat(crossing.state().phase()).isEqualTo(Phase.DUAL_WRITE);
            assertThat(crossing.plane
                            .queries()
                            .history(Crossing.ORDERS, 1)
                            .getFirst()
                            .reason())
                    .contains("found 4 divergences (expected 0)");
        }
    }
}
