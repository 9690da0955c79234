package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.handover.Writes.Backlog;
import dev.bailey.control.orchestrate.Crossing.Load;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.ForeignFlags.ForeignFlag;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.spec.WritesSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatesTest {

    @TempDir
    Path folder;

    private Crossing at(Phase phase, Ramp ramp) {
        Crossing crossing = new Crossing(Backing.FILE, folder, Crossing.slice(SliceKind.STATEFUL, OnFail.HOLD));
        crossing.walkTo(phase, ramp);
        return crossing;
    }

    private static void assertReads(GateReading reading, Verdict verdict, String... words) {
        assertThat(reading.verdict()).as("%s", reading).isEqualTo(verdict);
        for (String word : words) {
            assertThat(reading.message()).contains(word);
        }
        assertThat(reading.query()).isNotBlank();
    }

    @Test
    void modernHealthyAndContracts() {
        try (Crossing crossing = at(Phase.LEGACY_ONLY, Ramp.NONE)) {
            assertReads(crossing.gate(GateName.MODERN_HEALTHY, Phase.DUAL_WRITE), Verdict.PASS, "200 in 1 ms");
            crossing.modern.set(new Health.Answer(false, "503"));
            assertReads(crossing.gate(GateName.MODERN_HEALTHY, Phase.DUAL_WRITE), Verdict.FAIL, "503", "expected");

            assertReads(crossing.gate(GateName.CONTRACTS_COMPATIBLE, Phase.DUAL_WRITE), Verdict.PASS, "no contract");
            crossing.contracts.set(new Health.Contracts.Compatible());
            assertReads(crossing.gate(GateName.CONTRACTS_COMPATIBLE, Phase.DUAL_WRITE), Verdict.PASS, "compatible");
            crossing.contracts.set(new Health.Contracts.Incompatible(List.of("GET /x: status 404 is gone")));
            assertReads(crossing.gate(GateName.CONTRACTS_COMPATIBLE, Phase.DUAL_WRITE), Verdict.FAIL, "404 is gone");
        }
    }

    @Test
    void aPostThatCannotBeSentTwiceIsFound() {
        WritesSpec replay = new WritesSpec(
                WritesSpec.Replicate.REPLAY,
                WritesSpec.Idempotency.NATURAL,
                "Idempotency-Key",
                WritesSpec.Ack.ASYNC,
                Duration.ofSeconds(1),
                WritesSpec.OnReject.PARK,
                WritesSpec.OnJournalFull.REFUSE,
                Optional.empty());
        try (Crossing crossing = new Crossing(
                Backing.FILE, folder, Crossing.slice("orders", SliceKind.STATEFUL, OnFail.HOLD, replay, Set.of()))) {
            assertReads(crossing.gate(GateName.WRITES_IDEMPOTENT, Phase.DUAL_WRITE), Verdict.FAIL, "POST /orders/{id}");
        }
    }

    @Test
    void whatCannotBeMeasuredIsAnErrorAndNoPass() {
        try (Crossing crossing = at(Phase.LEGACY_ONLY, Ramp.NONE)) {
            crossing.modern.set(null);
            assertReads(
                    crossing.gate(GateName.MODERN_HEALTHY, Phase.DUAL_WRITE), Verdict.ERROR, "could not be measured");
            crossing.advance();
            assertThat(crossing.state().phase()).isEqualTo(Phase.LEGACY_ONLY);
        }
    }

    @Test
    void journalLagAndParkedEntities() {
        try (Crossing crossing = at(Phase.DUAL_WRITE, Ramp.NONE)) {
            assertReads(crossing.gate(GateName.JOURNAL_LAG, Phase.BACKFILL), Verdict.PASS);
            crossing.writes.backlog = new Backlog(5, 1, 2, 0, Duration.ofSeconds(31));
            assertReads(
                    crossing.gate(GateName.JOURNAL_LAG, Phase.BACKFILL),
                    Verdict.FAIL,
                    "5 writes are undelivered",
                    "31 s (expected <= 30 s)");
            assertReads(crossing.gate(GateName.NOTHING_PARKED, Phase.BACKFILL), Verdict.FAIL, "2 entities are parked");
        }
    }

    @Test
    void backfillCompleteFollowsTheJob() {
        try (Crossing crossing = at(Phase.DUAL_WRITE, Ramp.NONE)) {
            crossing.force();
            assertReads(crossing.gate(GateName.BACKFILL_COMPLETE, Phase.RECONCILE), Verdict.INCONCLUSIVE, "under way");
            crossing.data.end(Data.Kind.BACKFILL, Data.State.FAILED, 0);
            crossing.plane.tick();
            assertReads(crossing.gate(GateName.BACKFILL_COMPLETE, Phase.RECONCILE), Verdict.FAIL, "start it again");
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Backfill(Crossing.ORDERS));
            crossing.data.end(Data.Kind.BACKFILL, Data.State.DONE, 0);
            crossing.plane.tick();
            assertReads(crossing.gate(GateName.BACKFILL_COMPLETE, Phase.RECONCILE), Verdict.PASS, "complete");
        }
    }

    @Test
    void aBackfillsSpeedIsSetWhileItRunsAndOnlyARunningOneIsPaused() {
        try (Crossing crossing = at(Phase.DUAL_WRITE, Ramp.NONE)) {
            Command pause = new Command.Backfill(Crossing.ORDERS, Optional.empty(), Optional.of(true));
            assertThat(crossing.operator(pause)).isInstanceOf(CommandResult.Refused.class);

            crossing.operator(new Command.Backfill(Crossing.ORDERS, Optional.of(5_000L), Optional.empty()));
            assertThat(crossing.operator(pause).toString()).contains("is paused");
            crossing.operator(new Command.Backfill(Crossing.ORDERS, Optional.of(0L), Optional.of(false)));

            assertThat(crossing.data.calls)
                    .filteredOn(call -> call.startsWith("BACKFILL"))
                    .hasSize(1);
            assertThat(crossing.data.calls.stream()
                            .filter(call -> call.startsWith("pace"))
                            .map(call -> call.replaceFirst("pace \\S+", "")))
                    .containsExactly(" 5000/s", " paused", " 0/s on");
        }
    }

    @Test
    void reconciledNeedsACleanRunAfterTheBackfillAndTheBurnIn() {
        try (Crossing crossing = at(Phase.BACKFILL, Ramp.NONE)) {
            crossing.pass(Duration.ofSeconds(1));
            crossing.force();
            assertReads(crossing.gate(GateName.RECONCILED, Phase.SHADOW_READ), Verdict.INCONCLUSIVE, "wait for one");
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 3);
            crossing.plane.tick();
            assertReads(crossing.gate(GateName.RECONCILED, Phase.SHADOW_READ), Verdict.FAIL, "3 divergences");

            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, true, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 3);
            crossing.plane.tick();
            assertReads(crossing.gate(GateName.RECONCILED, Phase.SHADOW_READ), Verdict.FAIL, "3 divergences");

            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertReads(crossing.gate(GateName.RECONCILED, Phase.SHADOW_READ), Verdict.INCONCLUSIVE, "burn-in of 60 s");
            crossing.pass(Crossing.BURN_IN);
            assertReads(crossing.gate(GateName.RECONCILED, Phase.SHADOW_READ), Verdict.PASS);
        }
    }

    @Test
    void aReconcileThatHasEndedCountsBeforeTheWatchLooks() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            assertReads(crossing.gate(GateName.DIVERGENCE, Phase.READ_CUTOVER), Verdict.PASS);
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 3);
            assertThat(crossing.advance().toString()).contains("divergence is fail", "found 3 divergences");
            assertThat(crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false)))
                    .as("another one may be started as soon as it has ended")
                    .isInstanceOf(CommandResult.Started.class);
        }
    }

    @Test
    void aDebtClosesTheGatesUntilAReconcileBegunAfterIt() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            assertReads(crossing.gate(GateName.DIVERGENCE, Phase.READ_CUTOVER), Verdict.PASS);
            crossing.pass(Duration.ofSeconds(1));
            crossing.plane.debts().owe(Crossing.ORDERS, crossing.now.get(), "the journal was full");
            assertReads(
                    crossing.gate(GateName.DIVERGENCE, Phase.READ_CUTOVER),
                    Verdict.INCONCLUSIVE,
                    "the journal was full");
            crossing.pass(Duration.ofSeconds(1));
            crossing.plane.tick();
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 2);
            crossing.plane.tick();
            assertThat(debt(crossing).cleared())
                    .as("one that leaves something different pays nothing")
                    .isEmpty();
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(debt(crossing).cleared()).isPresent();
            assertReads(crossing.gate(GateName.DIVERGENCE, Phase.READ_CUTOVER), Verdict.PASS, "found 0 divergences");
        }
    }

    @Test
    void aReconcileThatGoesOnPaysNothingThatCameAfterItsBeginning() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.pass(Duration.ofSeconds(1));
            crossing.data.begun = Optional.of(crossing.now.get());
            crossing.pass(Duration.ofSeconds(1));
            crossing.plane.debts().owe(Crossing.ORDERS, crossing.now.get(), "feed rows lost changes");
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.begun = Optional.empty();
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(debt(crossing).cleared()).isEmpty();

            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(debt(crossing).cleared())
                    .as("the one it starts by itself")
                    .isPresent();
        }
    }

    @Test
    void whatAReconcileFoundIsListedUntilItIsRepairedOrGone() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            Divergences.Found one = new Divergences.Found(
                    Crossing.key("1"), Divergences.Kind.DIFFERENT, List.of("/total"), false, crossing.now.get());
            crossing.data.found = List.of(
                    one,
                    new Divergences.Found(
                            Crossing.key("2"), Divergences.Kind.MISSING, List.of(), true, crossing.now.get()));
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, true, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 2);
            crossing.plane.tick();
            Divergences divergences = crossing.plane.divergences();
            assertThat(divergences.of(Crossing.ORDERS, 10))
                    .extracting(Divergences.Divergence::key, Divergences.Divergence::state)
                    .containsExactly(
                            tuple(Crossing.key("1"), Divergences.State.OPEN),
                            tuple(Crossing.key("2"), Divergences.State.REPAIRED));
            assertThat(divergences.of(Crossing.ORDERS, 1).getFirst().paths()).containsExactly("/total");

            crossing.data.found = List.of();
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(divergences.count(Crossing.ORDERS, Divergences.State.OPEN))
                    .isZero();
            assertThat(divergences.count(Crossing.ORDERS, Divergences.State.GONE))
                    .isEqualTo(1);
        }
    }

    @Test
    void differencesThatAreNotListedAreOwed() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.data.found = List.of(new Divergences.Found(
                    Crossing.key("1"), Divergences.Kind.DIFFERENT, List.of("/total"), false, crossing.now.get()));
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 50_000);
            crossing.plane.tick();
            assertThat(debt(crossing).reason()).contains("left 50000 of 50000 differences", "first 1 it found");

            crossing.pass(Duration.ofSeconds(1));
            crossing.data.found = List.of();
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, true, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(debt(crossing).cleared()).isPresent();
        }
    }

    @Test
    void whatIsLeftMayBeAmongWhatIsNotListedThoughMostWasRepaired() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.data.found = List.of(
                    new Divergences.Found(
                            Crossing.key("1"), Divergences.Kind.DIFFERENT, List.of(), false, crossing.now.get()),
                    new Divergences.Found(
                            Crossing.key("2"), Divergences.Kind.DIFFERENT, List.of(), false, crossing.now.get()));
            crossing.data.repaired = 2;
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, true, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 3);
            crossing.plane.tick();
            assertThat(debt(crossing).reason()).contains("left 1 of 3 differences");
        }
    }

    @Test
    void whatAReconcileFoundIsKeptBeforeItsEndIs() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.data.found = List.of(new Divergences.Found(
                    Crossing.key("1"), Divergences.Kind.DIFFERENT, List.of("/total"), false, crossing.now.get()));
            crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 1);
            crossing.data.findingsFail = true;
            crossing.plane.tick();
            crossing.data.findingsFail = false;
            crossing.plane.tick();
            assertThat(crossing.plane.divergences().count(Crossing.ORDERS, Divergences.State.OPEN))
                    .isEqualTo(1);
        }
    }

    private static Debt debt(Crossing crossing) {
        return crossing.plane.queries().debts(Crossing.ORDERS).getFirst();
    }

    @Test
    void withoutTrafficEveryTrafficGateIsInconclusive() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            for (GateName gate : List.of(GateName.DIFFERENCES, GateName.COVERAGE, GateName.LATENCY, GateName.ERRORS)) {
                assertReads(crossing.gate(gate, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "send traffic");
            }
        }
    }

    @Test
    void goodTrafficPassesOnlyAfterTheWholeBurnIn() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(30, Load.mirrored());
            assertReads(
                    crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "burn-in of 60 s");
            assertReads(crossing.gate(GateName.LATENCY, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "burn-in of 60 s");
            assertReads(crossing.gate(GateName.ERRORS, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "burn-in of 60 s");
            crossing.traffic(35, Load.mirrored());
            for (GateName gate : List.of(GateName.DIFFERENCES, GateName.COVERAGE, GateName.LATENCY, GateName.ERRORS)) {
                assertReads(crossing.gate(gate, Phase.READ_CUTOVER), Verdict.PASS, "expected");
            }
        }
    }

    @Test
    void trafficFromBeforeBothSidesWereAskedIsNoBurnIn() {
        try (Crossing crossing = at(Phase.RECONCILE, Ramp.NONE)) {
            crossing.traffic(100, Load.mirrored());
            crossing.force();
            crossing.traffic(10, Load.mirrored());
            assertReads(
                    crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "measured for 10");
            crossing.traffic(55, Load.mirrored());
            assertReads(crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER), Verdict.PASS);
        }
    }

    @Test
    void theWorstWindowCountsNotTheAverage() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(25, Load.mirrored());
            crossing.traffic(10, Load.mirrored().differing(4));
            crossing.traffic(30, Load.mirrored());
            GateReading reading = crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER);
            // 40 of 6,500 is 0.6 % on average, within the limit of 1 %.
            assertReads(reading, Verdict.FAIL, "4% of answers differ in the worst window (expected <= 1%)");
            assertThat(reading.value().orElseThrow()).isEqualTo(0.04);
        }
    }

    @Test
    void forgottenDifferencesDoNotCountButTheBurnInBeginsAnew() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(65, Load.mirrored().differing(4));
            assertReads(crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER), Verdict.FAIL);
            crossing.operator(new Command.ForgetDifferences(Crossing.ORDERS));
            crossing.traffic(20, Load.mirrored());
            assertReads(crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "wait");
            crossing.traffic(45, Load.mirrored());
            assertReads(crossing.gate(GateName.DIFFERENCES, Phase.READ_CUTOVER), Verdict.PASS);
        }
    }

    @Test
    void latencyFailsAndPassesOnlyWithConfidence() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(65, Load.mirrored().slow(20_000));
            assertReads(
                    crossing.gate(GateName.LATENCY, Phase.READ_CUTOVER),
                    Verdict.FAIL,
                    "legacy's in the worst window",
                    "(expected <= 1.50x, or <= 5 ms)");
            crossing.operator(new Command.ForgetDifferences(Crossing.ORDERS));
            crossing.pass(Duration.ofSeconds(61));
            // 20 requests cannot bound a p99, slow as they are.
            crossing.traffic(1, new Load(20, 0, 20, 1_000, 20_000, 0, 0));
            assertReads(crossing.gate(GateName.LATENCY, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "wait for more");
        }
    }

    @Test
    void aModernUnderTheFloorIsNeverTooSlow() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(65, Load.mirrored().slow(4_000));
            assertReads(crossing.gate(GateName.LATENCY, Phase.READ_CUTOVER), Verdict.PASS);
        }
    }

    @Test
    void errorsOfModernAreHeldAgainstLegacys() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(65, Load.mirrored().failing(10));
            assertReads(
                    crossing.gate(GateName.ERRORS, Phase.READ_CUTOVER),
                    Verdict.FAIL,
                    "10% more often",
                    "expected <= 2%");
            crossing.operator(new Command.ForgetDifferences(Crossing.ORDERS));
            crossing.traffic(1, new Load(20, 0, 20, 1_000, 1_000, 0, 0));
            assertReads(crossing.gate(GateName.ERRORS, Phase.READ_CUTOVER), Verdict.INCONCLUSIVE, "too few");
        }
    }

    @Test
    void fallbacksCountAsErrorsOfModern() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            for (int i = 0; i < 65; i++) {
                Instant from = crossing.now.get();
                crossing.pass(Duration.ofSeconds(1));
                Interval plain = Load.crossed().interval(Crossing.ORDERS, from, crossing.now.get());
                crossing.plane
                        .measurements()
                        .record(new Interval(
                                plain.slice(),
                                plain.from(),
                                plain.to(),
                                plain.served(),
                                plain.shadowed(),
                                20,
                                plain.comparisons(),
                                plain.lost()));
            }
            assertReads(crossing.gate(GateName.ERRORS, Phase.READ_CUTOVER), Verdict.FAIL);
        }
    }

    @Test
    void mostComparisonsLostIsNoCoverage() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            Instant from = crossing.now.get();
            crossing.pass(Duration.ofSeconds(1));
            crossing.plane
                    .measurements()
                    .record(new Interval(
                            Crossing.ORDERS,
                            from,
                            crossing.now.get(),
                            Map.of(),
                            Map.of(),
                            0,
                            Map.of("match", 200L),
                            Map.of("timeout", 400L)));
            assertReads(
                    crossing.gate(GateName.COVERAGE, Phase.READ_CUTOVER),
                    Verdict.INCONCLUSIVE,
                    "200 answers compared",
                    "66.67% of comparisons lost");
        }
    }

    @Test
    void readsModernNeedsTheWholeRampForTheBurnIn() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, new Ramp(5_000))) {
            assertReads(crossing.gate(GateName.READS_MODERN, Phase.WRITE_CUTOVER), Verdict.FAIL, "50% of reads");
            crossing.force();
            assertReads(crossing.gate(GateName.READS_MODERN, Phase.WRITE_CUTOVER), Verdict.INCONCLUSIVE, "wait");
            crossing.pass(Crossing.BURN_IN);
            assertReads(crossing.gate(GateName.READS_MODERN, Phase.WRITE_CUTOVER), Verdict.PASS);
        }
    }

    @Test
    void deniedEntitiesKeepReadsAndWritesFromBeingModern() {
        try (Crossing crossing = new Crossing(
                Backing.FILE,
                folder,
                Crossing.slice("orders", SliceKind.STATEFUL, OnFail.HOLD, WritesSpec.DEFAULTS, Set.of("13")))) {
            crossing.walkTo(Phase.READ_CUTOVER, Ramp.FULL);
            assertReads(crossing.gate(GateName.READS_MODERN, Phase.WRITE_CUTOVER), Verdict.FAIL, "deny list");
            crossing.walkTo(Phase.WRITE_CUTOVER, Ramp.FULL);
            assertReads(crossing.gate(GateName.WRITES_MODERN, Phase.LEGACY_OFF), Verdict.FAIL, "deny list");
        }
    }

    @Test
    void writesModernBacklogAndReverseReplication() {
        try (Crossing crossing = at(Phase.WRITE_CUTOVER, new Ramp(5_000))) {
            assertReads(crossing.gate(GateName.WRITES_MODERN, Phase.LEGACY_OFF), Verdict.FAIL, "50% of writes");
            crossing.force();
            assertReads(crossing.gate(GateName.WRITES_MODERN, Phase.LEGACY_OFF), Verdict.PASS);
            assertReads(crossing.gate(GateName.REVERSE_REPLICATION, Phase.LEGACY_OFF), Verdict.PASS);
            crossing.writes.backlog = new Backlog(1, 0, 1, 0, Duration.ofSeconds(1));
            assertReads(crossing.gate(GateName.REVERSE_REPLICATION, Phase.LEGACY_OFF), Verdict.FAIL, "parked");
        }
    }

    @Test
    void legacyQuietCountsWhatClientsGotFromLegacy() {
        try (Crossing crossing = at(Phase.WRITE_CUTOVER, Ramp.FULL)) {
            assertReads(crossing.gate(GateName.LEGACY_QUIET, Phase.LEGACY_OFF), Verdict.INCONCLUSIVE, "no traffic");
            crossing.traffic(10, Load.crossed());
            assertReads(crossing.gate(GateName.LEGACY_QUIET, Phase.LEGACY_OFF), Verdict.PASS);
            crossing.traffic(1, Load.crossed().withLegacy(2));
            assertReads(crossing.gate(GateName.LEGACY_QUIET, Phase.LEGACY_OFF), Verdict.FAIL, "2 requests");
            crossing.traffic(62, Load.crossed());
            assertReads(crossing.gate(GateName.LEGACY_QUIET, Phase.LEGACY_OFF), Verdict.PASS);
        }
    }

    @Test
    void bakedFlagsOwnedAndBurndownGuardTheEnd() throws IOException {
        try (Crossing crossing = at(Phase.LEGACY_OFF, Ramp.NONE)) {
            assertReads(crossing.gate(GateName.BAKED, Phase.RETIRED), Verdict.INCONCLUSIVE, "expected 2 min");
            crossing.pass(Duration.ofSeconds(121));
            assertReads(crossing.gate(GateName.BAKED, Phase.RETIRED), Verdict.PASS);

            assertReads(crossing.gate(GateName.FLAGS_OWNED, Phase.RETIRED), Verdict.PASS);
            crossing.plane
                    .foreignFlags()
                    .register(new ForeignFlag(
                            "checkout-v2", Crossing.ORDERS, "team-web", "an experiment", crossing.now.get()));
            assertReads(crossing.gate(GateName.FLAGS_OWNED, Phase.RETIRED), Verdict.FAIL, "checkout-v2 (team-web)");
            assertReads(crossing.gate(GateName.BURNDOWN, Phase.RETIRED), Verdict.FAIL, "1 flags");
            crossing.plane.foreignFlags().remove("checkout-v2", crossing.now.get());
            assertReads(crossing.gate(GateName.BURNDOWN, Phase.RETIRED), Verdict.PASS);

            Path code = Files.createDirectories(folder.resolve("old"));
            Files.writeString(code.resolve("Orders.java"), "class Orders {\n\n}\n");
            crossing.plane.replace(Crossing.migration(crossing.spec.slices(), List.of("old")));
            assertReads(crossing.gate(GateName.BURNDOWN, Phase.RETIRED), Verdict.FAIL, "2 lines of legacy code", "old");
            Files.delete(code.resolve("Orders.java"));
            assertReads(crossing.gate(GateName.BURNDOWN, Phase.RETIRED), Verdict.PASS, "nothing is left");
            assertReads(crossing.gate(GateName.APPROVED, Phase.RETIRED), Verdict.INCONCLUSIVE, "not approved yet");
        }
    }

    @Test
    void aBurnInGoesOnAfterARestart() {
        try (Crossing crossing = at(Phase.SHADOW_READ, Ramp.NONE)) {
            crossing.traffic(130, Load.mirrored());
            crossing.plane.close();
            crossing.restart();
            crossing.traffic(2, Load.mirrored());
            assertReads(crossing.gate(GateName.COVERAGE, Phase.READ_CUTOVER), Verdict.PASS);
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .live()
                            .sides())
                    .hasEntrySatisfying(
                            Side.LEGACY,
                            side -> assertThat(side.requestsPerSecond()).isPositive());
        }
    }

    @Test
    void changesOfVerdictAreKept() {
        try (Crossing crossing = at(Phase.LEGACY_ONLY, Ramp.NONE)) {
            crossing.modern.set(new Health.Answer(false, "503"));
            crossing.advance();
            crossing.advance();
            crossing.modern.set(new Health.Answer(true, "200"));
            crossing.advance();
            assertThat(crossing.plane.queries().gateHistory(Crossing.ORDERS, 50))
                    .filteredOn(change -> change.gate() == GateName.MODERN_HEALTHY)
                    .extracting(change -> change.reading().verdict())
                    .containsExactly(Verdict.PASS, Verdict.FAIL);
        }
    }
}
