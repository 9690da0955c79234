package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.NeedsApproval;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.Role;
import dev.bailey.control.handover.Writes.Backlog;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.RoutingLook;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Bucket;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Backing.class)
class HandoverTest {

    private final Backing backing;

    HandoverTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    private Crossing beforeWriteCutover() {
        Crossing crossing = new Crossing(backing, folder);
        crossing.walkTo(Phase.READ_CUTOVER, Ramp.FULL);
        crossing.writes.calls.clear();
        crossing.data.calls.clear();
        crossing.published.clear();
        return crossing;
    }

    /** A key that the first step of the write ramp, 1 %, moves. */
    static EntityKey moving() {
        return IntStream.range(0, 100_000)
                .mapToObj(Integer::toString)
                .filter(key -> Bucket.of(Crossing.ORDERS, key) < 100)
                .map(EntityKey::new)
                .findFirst()
                .orElseThrow();
    }

    private static EntityKey staying() {
        return IntStream.range(0, 100_000)
                .mapToObj(Integer::toString)
                .filter(key -> Bucket.of(Crossing.ORDERS, key) >= 5_000)
                .map(EntityKey::new)
                .findFirst()
                .orElseThrow();
    }

    private static Transition last(Crossing crossing) {
        return crossing.plane.queries().history(Crossing.ORDERS, 1).getFirst();
    }

    private static void assertAborted(Crossing crossing, SliceState before, CommandResult result, String why) {
        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.cause()).isEqualTo(Cause.ABORTED);
            assertThat(refused.message()).contains(why, "nothing is lost");
        });
        assertThat(crossing.state().phase()).isEqualTo(before.phase());
        assertThat(crossing.state().ramp()).isEqualTo(before.ramp());
        assertThat(crossing.state().epoch().value()).isEqualTo(before.epoch().value() + 2);
        assertThat(crossing.published).containsExactly(crossing.state());
        assertThat(crossing.writes.calls).endsWith("release").containsOnlyOnce("release");
        assertThat(last(crossing).committed()).isFalse();
        assertThat(last(crossing).detail()).contains(why);
        assertThat(crossing.plane.queries().slice(Crossing.ORDERS).orElseThrow().pending())
                .isEmpty();
    }

    @Test
    void aDebtThatComesUpMeanwhileStopsIt() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.duringQuiet =
                    () -> new Debts(crossing.db).owe(Crossing.ORDERS, crossing.clock.instant(), "nobody knows the key");

            CommandResult result = crossing.force();

            assertAborted(crossing, before, result, "owe a reconcile");
        }
    }

    @Test
    void aNodeThatMayWriteAndCannotBeAskedStopsItBeforeAnythingIsHeld() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.unheard = List.of("b#3");

            CommandResult result = crossing.force();

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message()).contains("b#3", "--remove"));
            assertThat(crossing.state()).isEqualTo(before);
            assertThat(crossing.writes.calls).isEmpty();
        }
    }

    @Test
    void holdsWaitsFencesVerifiesCommitsAndReleasesInThisOrder() {
        try (Crossing crossing = beforeWriteCutover()) {
            long epoch = crossing.state().epoch().value();
            crossing.writes.recent.addAll(List.of(moving(), staying()));
            crossing.writes.duringQuiet = () -> {
                crossing.nanos.addAndGet(300_000_000);
                assertThat(crossing.published)
                        .as("nothing is published before the commit")
                        .isEmpty();
                assertThat(crossing.plane
                                .queries()
                                .slice(Crossing.ORDERS)
                                .orElseThrow()
                                .pending())
                        .singleElement()
                        .satisfies(pending ->
                                assertThat(pending.prepared().epoch().value()).isEqualTo(epoch + 1));
            };

            CommandResult result = crossing.force();

            assertThat(result).isInstanceOf(Done.class);
            assertThat(result.message()).contains("writes stood still for 300 ms (stall budget 2000 ms)");
            assertThat(crossing.writes.calls)
                    .containsExactly("hold WRITE_CUTOVER 1% e" + (epoch + 1), "quiet", "fence", "release");
            assertThat(crossing.data.calls)
                    .as("only what changes hands is verified, ahead and again as it was just written")
                    .containsExactly("differing 1", "differing 1");
            assertThat(crossing.published).containsExactly(crossing.state());
            assertThat(crossing.state().epoch().value()).isEqualTo(epoch + 1);
            assertThat(last(crossing).numbers())
                    .containsEntry("stallMs", 300.0)
                    .containsEntry("quietMs", 300.0)
                    .containsEntry("carriedMs", 0.0)
                    .containsEntry("comparedMs", 0.0)
                    .containsEntry("verified", 1.0)
                    .containsEntry("repaired", 0.0);
        }
    }

    @Test
    void overItsStallBudgetItIsAborted() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.duringQuiet = () -> crossing.nanos.addAndGet(2_500_000_000L);
            assertAborted(crossing, before, crossing.force(), "stall budget of 2000 ms");
            assertThat(last(crossing).numbers()).containsKey("verified");
        }
    }

    @Test
    void writesThatDoNotEndAbortIt() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.quiet = false;
            assertAborted(crossing, before, crossing.force(), "writes in flight did not end");
        }
    }

    @Test
    void aFenceThatDoesNotComeThroughAbortsIt() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.fence = false;
            assertAborted(crossing, before, crossing.force(), "before the fence were not delivered");
        }
    }

    @Test
    void anEntityThatDiffersIsRefreshedFromItsOwnerOnce() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.writes.recent.add(moving());
            crossing.data.unequal.add(moving());
            assertThat(crossing.force()).isInstanceOf(Done.class);
            assertThat(crossing.data.calls)
                    .containsExactly(
                            "differing 1", "differing 1", "refresh from LEGACY [" + moving() + "]", "differing 1");
            assertThat(last(crossing).numbers()).containsEntry("repaired", 1.0);
        }
    }

    /** Reading both stores takes long, and writes wait for it. */
    @Test
    void whatWasSeenEqualAheadIsNotReadAgainWhileWritesAreHeld() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.writes.writtenAt.put(moving(), crossing.clock.instant().minusSeconds(30));
            assertThat(crossing.force()).isInstanceOf(Done.class);
            assertThat(crossing.data.calls).containsExactly("differing 1");
            assertThat(last(crossing).numbers()).containsEntry("verified", 1.0).containsEntry("verifiedHeld", 0.0);
        }
    }

    @Test
    void whatIsWrittenAfterTheLookAheadIsReadWhileWritesAreHeld() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.writes.writtenAt.put(moving(), crossing.clock.instant().minusSeconds(30));
            crossing.writes.duringQuiet = () -> {
                crossing.writes.writtenAt.put(moving(), crossing.clock.instant());
                crossing.data.unequal.add(moving());
            };
            assertThat(crossing.force()).isInstanceOf(Done.class);
            assertThat(crossing.data.calls)
                    .containsExactly(
                            "differing 1", "differing 1", "refresh from LEGACY [" + moving() + "]", "differing 1");
        }
    }

    @Test
    void whatWaitedForDeliveryDuringTheLookAheadIsReadAgain() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.writes.writtenAt.put(moving(), crossing.clock.instant().minusSeconds(30));
            crossing.writes.backlog = new Backlog(1, 0, 0, 0, Duration.ofSeconds(31));
            crossing.force();
            assertThat(crossing.data.calls).containsExactly("differing 1", "differing 1");
        }
    }

    @Test
    void anEntityThatStillDiffersAbortsIt() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.recent.add(moving());
            crossing.data.unequal.add(moving());
            crossing.data.refreshHelps = false;
            assertAborted(crossing, before, crossing.force(), "differ even after a refresh");
        }
    }

    @Test
    void aFailingPortAbortsItAndReleasesTheWrites() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.duringQuiet = () -> {
                throw new IllegalStateException("journal closed");
            };
            assertAborted(crossing, before, crossing.force(), "journal closed");
        }
    }

    /** Until the store knows, other nodes hold the writes of the cohort. */
    @Test
    void anAbortThatTheStoreDoesNotTakeIsToldItWhenItIsBack() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            crossing.writes.quiet = false;
            crossing.writes.duringQuiet = crossing::takeStoreAway;
            crossing.force();
            crossing.writes.duringQuiet = () -> {};
            crossing.bringStoreBack();
            assertThat(RoutingLook.at(crossing.db).isPreparing(before.slice())).isTrue();

            crossing.plane.tick();

            assertThat(RoutingLook.at(crossing.db).isPreparing(before.slice())).isFalse();
            assertThat(crossing.state().phase()).isEqualTo(before.phase());
            assertThat(crossing.state().ramp()).isEqualTo(before.ramp());
        }
    }

    @Test
    void handingBackVerifiesAgainstModern() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.force();
            crossing.writes.recent.add(moving());
            crossing.data.unequal.add(moving());
            assertThat(crossing.operator(new Command.Back(Crossing.ORDERS, false)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
            assertThat(crossing.state().ramp()).isEqualTo(Ramp.FULL);
            assertThat(crossing.data.calls).contains("refresh from MODERN [" + moving() + "]");
        }
    }

    @Test
    void nothingGoesBackWhileAReconcileIsOwedUnlessForcedByTwo() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.force();
            SliceState before = crossing.state();
            new Debts(crossing.db).owe(Crossing.ORDERS, crossing.clock.instant(), "written without the journal");
            Command.Back back = new Command.Back(Crossing.ORDERS, false);

            assertThat(crossing.operator(back))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message())
                                    .contains(
                                            "written without the journal",
                                            "bailey reconcile orders --repair",
                                            "nothing is lost"));
            assertThat(crossing.operator(new Command.Rollback(Crossing.ORDERS, false)))
                    .isInstanceOf(Refused.class);
            assertThat(crossing.operator(new Command.Kill())).isInstanceOf(Refused.class);
            assertThat(crossing.state()).isEqualTo(before);
            Command.Back forced = new Command.Back(Crossing.ORDERS, true);
            assertThat(crossing.operator(forced))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.FORBIDDEN));
            assertThat(crossing.plane.execute(forced, crossing.issue(Set.of(Role.APPROVER), "test", Optional.empty())))
                    .isInstanceOf(NeedsApproval.class);
            assertThat(crossing.plane.execute(
                            forced, crossing.issue(Set.of(Role.APPROVER), "test", Optional.of("a-1"))))
                    .isInstanceOf(Done.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
            assertThat(last(crossing).forced()).isTrue();
        }
    }

    @Test
    void whatIsKnownToDifferIsMadeEqualBeforeItGoesBack() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.force();
            Divergences divergences = new Divergences(crossing.db);
            divergences.found(Crossing.ORDERS, moving(), Divergences.Kind.MISSING, List.of(), crossing.clock.instant());
            divergences.found(
                    Crossing.ORDERS, staying(), Divergences.Kind.MISSING, List.of(), crossing.clock.instant());
            crossing.data.unequal.add(moving());
            crossing.data.calls.clear();

            assertThat(crossing.operator(new Command.Back(Crossing.ORDERS, false)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.data.calls)
                    .as("only what changes hands, from its own authority, before writes are held")
                    .containsExactly("refresh from MODERN [" + moving() + "]", "differing 1");
            assertThat(divergences.count(Crossing.ORDERS, Divergences.State.REPAIRED))
                    .isOne();
            assertThat(divergences.count(Crossing.ORDERS, Divergences.State.OPEN))
                    .isOne();
        }
    }

    @Test
    void whatDiffersEvenAfterARefreshKeepsItWhereItIs() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.force();
            SliceState before = crossing.state();
            new Divergences(crossing.db)
                    .found(Crossing.ORDERS, moving(), Divergences.Kind.MISSING, List.of(), crossing.clock.instant());
            crossing.data.unequal.add(moving());
            crossing.data.refreshHelps = false;

            assertThat(crossing.operator(new Command.Back(Crossing.ORDERS, false)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.message()).contains("even after a refresh"));
            assertThat(crossing.state()).isEqualTo(before);
        }
    }

    @Test
    void aCrashBeforeTheCommitIsTakenBackByTheRestart() {
        try (Crossing crossing = beforeWriteCutover()) {
            SliceState before = crossing.state();
            // The process dies while writes are held: neither commit nor abort reach the file.
            crossing.writes.duringQuiet = () -> {
                crossing.db.close();
                throw new IllegalStateException("killed");
            };
            crossing.force();
            crossing.published.clear();
            crossing.writes.duringQuiet = () -> {};
            crossing.restart();

            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
            assertThat(crossing.state().epoch().value())
                    .as("an epoch after the prepared one")
                    .isEqualTo(before.epoch().value() + 2);
            assertThat(crossing.published).endsWith(crossing.state());
            assertThat(last(crossing).committed()).isFalse();
            assertThat(last(crossing).detail()).contains("a restart found the handover");
            assertThat(crossing.force()).isInstanceOf(Done.class);
        }
    }

    @Test
    void aCrashAfterTheCommitGoesForward() {
        try (Crossing crossing = beforeWriteCutover()) {
            crossing.force();
            SliceState committed = crossing.state();
            crossing.published.clear();
            crossing.restart();
            assertThat(crossing.state()).isEqualTo(committed);
            assertThat(crossing.published).containsExactly(committed);
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .pending())
                    .extracting(Pending::kind)
                    .isEmpty();
        }
    }

    @Test
    void aRestartInTheMiddleOfARampStandsWhereItStood() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, new Ramp(5_000));
            var before = crossing.plane.queries().slice(Crossing.ORDERS).orElseThrow();
            crossing.pass(Duration.ofSeconds(30));
            crossing.restart();
            var after = crossing.plane.queries().slice(Crossing.ORDERS).orElseThrow();
            assertThat(after.state()).isEqualTo(before.state());
            assertThat(after.since()).isEqualTo(before.since());
            assertThat(after.stepSince()).isEqualTo(before.stepSince());
            assertThat(crossing.force()).isInstanceOf(Done.class);
            assertThat(crossing.state().ramp()).isEqualTo(Ramp.FULL);
        }
    }

    @Test
    void aBackfillBrokenOffByARestartGoesOn() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.DUAL_WRITE, Ramp.NONE);
            crossing.force();
            assertThat(crossing.data.calls).containsExactly("BACKFILL a1");
            crossing.restart();
            assertThat(crossing.data.calls).containsExactly("BACKFILL b1-1");
            assertThat(crossing.advance()).isInstanceOf(Refused.class);
            crossing.data.end(Data.Kind.BACKFILL, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(crossing.advance()).isInstanceOf(Done.class);
        }
    }
}
