package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.SliceState;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class KillTest {

    private final Backing backing;

    KillTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    @Test
    void readsGoBackToLegacyAtOnce() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, new Ramp(5_000));
            crossing.writes.calls.clear();
            assertThat(crossing.operator(new Command.Kill())).isInstanceOf(Done.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
            assertThat(crossing.published.getLast()).isEqualTo(crossing.state());
            assertThat(crossing.writes.calls).isEmpty();
        }
    }

    @Test
    void authorityIsHandedBackAndReadsFollow() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.WRITE_CUTOVER, new Ramp(5_000));
            crossing.writes.calls.clear();
            crossing.published.clear();
            assertThat(crossing.operator(new Command.Kill())).isInstanceOf(Done.class);
            assertThat(crossing.published)
                    .extracting(SliceState::phase)
                    .containsExactly(Phase.READ_CUTOVER, Phase.SHADOW_READ);
            assertThat(crossing.writes.calls).hasSize(4).endsWith("release");
        }
    }

    @Test
    void earlyPhasesHaveNothingToDoAndLatePhasesStayWithModern() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.RECONCILE, Ramp.NONE);
            SliceState early = crossing.state();
            assertThat(crossing.operator(new Command.Kill()).message()).contains("legacy serves and owns everything");
            assertThat(crossing.state()).isEqualTo(early);
            crossing.walkTo(Phase.LEGACY_OFF, Ramp.NONE);
            SliceState late = crossing.state();
            assertThat(crossing.operator(new Command.Kill()).message()).contains("stays with modern");
            assertThat(crossing.state()).isEqualTo(late);
        }
    }

    @Test
    @Timeout(20)
    void aRunningHandoverIsInterruptedNotWaitedFor() throws Exception {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, Ramp.FULL);
            crossing.writes.calls.clear();
            crossing.writes.hangInFence = true;
            CompletableFuture<CommandResult> running = new CompletableFuture<>();
            CompletableFuture<Boolean> interruptedAfter = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                running.complete(crossing.force());
                interruptedAfter.complete(Thread.currentThread().isInterrupted());
            });
            assertThat(crossing.writes.inFence.await(10, TimeUnit.SECONDS)).isTrue();

            CommandResult killed = crossing.operator(new Command.Kill());

            assertThat(killed).isInstanceOf(Done.class);
            assertThat(running.get(10, TimeUnit.SECONDS)).isInstanceOf(Refused.class);
            assertThat(interruptedAfter.get(10, TimeUnit.SECONDS))
                    .as("the interrupt ends with the command")
                    .isFalse();
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
            assertThat(crossing.published.getLast()).isEqualTo(crossing.state());
            assertThat(crossing.writes.calls).contains("release");
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .pending())
                    .isEmpty();
            crossing.restart();
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void whatCouldNotBeHandedBackIsSaid() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.WRITE_CUTOVER, Ramp.FULL);
            crossing.writes.fence = false;
            assertThat(crossing.operator(new Command.Kill()))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message()).contains("not delivered"));
            assertThat(crossing.state().phase()).isEqualTo(Phase.WRITE_CUTOVER);
            assertThat(crossing.plane.queries().history(Crossing.ORDERS, 1))
                    .extracting(Transition::committed)
                    .containsExactly(false);
        }
    }
}
