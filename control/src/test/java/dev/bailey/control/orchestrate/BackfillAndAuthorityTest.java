package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.JobLog;
import dev.bailey.control.state.JobLog.Entry;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.SliceState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** A backfill copies from legacy, so none runs where modern owns writes. */
@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class BackfillAndAuthorityTest {

    private static final Command REHEARSE = new Command.Rehearse(Crossing.ORDERS, new Ramp(100));

    private final Backing backing;

    BackfillAndAuthorityTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    private Crossing at(Phase phase, Ramp ramp) {
        Crossing crossing = new Crossing(backing, folder);
        crossing.walkTo(phase, ramp);
        crossing.writes.recent.add(HandoverTest.moving());
        crossing.pass(Duration.ofSeconds(1));
        return crossing;
    }

    private static String backfill(Crossing crossing) {
        CommandResult.Started started =
                (CommandResult.Started) crossing.operator(new Command.Backfill(Crossing.ORDERS));
        return started.job();
    }

    private static Entry newest(Crossing crossing) {
        return new JobLog(crossing.db).of(Crossing.ORDERS, JobLog.Kind.BACKFILL).getFirst();
    }

    private static List<Debt> owed(Crossing crossing) {
        return crossing.plane.debts().open(Crossing.ORDERS);
    }

    private static void assertRefusedFor(String backfill, CommandResult result) {
        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.cause()).isEqualTo(Cause.BUSY);
            assertThat(refused.message()).contains("backfill " + backfill, "jobs " + backfill + " --cancel");
        });
    }

    @Test
    void writeCutoverAndItsRehearsalWaitForABackfillThatRunsOrIsPausedForceIncluded() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            SliceState before = crossing.state();
            String id = backfill(crossing);

            assertRefusedFor(id, crossing.advance());
            assertRefusedFor(id, crossing.force());
            assertRefusedFor(id, crossing.operator(REHEARSE));
            crossing.operator(new Command.Backfill(Crossing.ORDERS, Optional.empty(), Optional.of(true)));
            assertRefusedFor(id, crossing.force());
            assertThat(crossing.state()).isEqualTo(before);

            crossing.operator(new Command.CancelJob(id));
            assertThat(crossing.operator(REHEARSE).message()).doesNotContain("backfill " + id + " of");
            assertThat(crossing.force()).isInstanceOf(Done.class);
        }
    }

    @Test
    void theRampOfWritesIsNotRaisedWhileOneRunsThatWasNotKeptButGoesBack() {
        try (Crossing crossing = at(Phase.WRITE_CUTOVER, new Ramp(100))) {
            String id = crossing.data.startBackfill(Crossing.ORDERS);
            assertRefusedFor(id, crossing.force());
            assertThat(crossing.state().ramp()).isEqualTo(new Ramp(100));
            assertThat(crossing.operator(new Command.Back(Crossing.ORDERS, false)))
                    .isInstanceOf(Done.class);
        }
    }

    @Test
    void oneThatARestartBrokeOffGoesOnOnlyWhileLegacyOwnsAllWrites() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            Entry running = running(crossing, "kept-1");
            crossing.restart();
            assertThat(crossing.data.calls)
                    .filteredOn(call -> call.startsWith("BACKFILL"))
                    .hasSize(1);
            assertThat(newest(crossing).state()).isEqualTo(JobLog.State.RUNNING);
            assertThat(newest(crossing).id()).isNotEqualTo(running.id());

            crossing.walkTo(Phase.WRITE_CUTOVER, new Ramp(100));
            running(crossing, "kept-2");
            crossing.restart();
            crossing.plane.tick();
            assertThat(crossing.data.calls).noneMatch(call -> call.startsWith("BACKFILL"));
            assertThat(newest(crossing).id()).isEqualTo("kept-2");
            assertThat(newest(crossing).state()).isEqualTo(JobLog.State.CANCELLED);
            assertThat(newest(crossing).detail()).contains("restart", "modern owns writes in WRITE_CUTOVER");
            assertThat(owed(crossing))
                    .extracting(Debt::reason)
                    .singleElement()
                    .asString()
                    .contains("kept-2");
        }
    }

    private static Entry running(Crossing crossing, String id) {
        Entry entry = new Entry(
                id,
                Crossing.ORDERS,
                JobLog.Kind.BACKFILL,
                false,
                false,
                JobLog.State.RUNNING,
                crossing.now.get(),
                Optional.empty(),
                0,
                "");
        new JobLog(crossing.db).started(entry);
        return entry;
    }

    @Test
    void oneThatEndsEarlyAfterTheStoresWereComparedHasThemComparedAgain() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            String id = backfill(crossing);
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.pass(Duration.ofSeconds(1));
            crossing.data.end(Data.Kind.BACKFILL, Data.State.FAILED, 0);
            crossing.plane.tick();
            assertThat(owed(crossing))
                    .extracting(Debt::reason)
                    .singleElement()
                    .asString()
                    .contains(id, "failed");

            crossing.pass(Duration.ofSeconds(1));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(owed(crossing))
                    .as("paid by none that began before its end")
                    .hasSize(1);
            crossing.pass(Duration.ofSeconds(1));
            crossing.plane.tick();
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(owed(crossing)).isEmpty();
        }
    }

    @Test
    void beforeTheFirstReconcileNothingMoreIsOwed() {
        try (Crossing crossing = at(Phase.DUAL_WRITE, Ramp.NONE)) {
            crossing.operator(new Command.CancelJob(backfill(crossing)));
            crossing.plane.tick();
            assertThat(newest(crossing).state()).isEqualTo(JobLog.State.CANCELLED);
            assertThat(owed(crossing)).isEmpty();
        }
    }
}
