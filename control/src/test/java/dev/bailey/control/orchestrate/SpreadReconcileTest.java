package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Divergences;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.BackfillSpec;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.ReconcileSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** A slice that says {@code reconcile: { every: 24h }}. */
@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class SpreadReconcileTest {

    private static final Duration DAY = Duration.ofHours(24);

    private final Backing backing;
    private Crossing crossing;

    SpreadReconcileTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    @BeforeEach
    void shadowing() {
        SqlStore store = new SqlStore("jdbc:sqlite:x.db", "", "", "select 1 as id", Map.of(), Optional.empty());
        DataSpec data = new DataSpec(
                KeyNames.of("id"),
                Optional.empty(),
                ConflictPolicy.AUTHORITY,
                store,
                store,
                BackfillSpec.DEFAULTS,
                new ReconcileSpec(Optional.of(DAY)));
        crossing = new Crossing(backing, folder, Crossing.slice(data));
        crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
        crossing.plane.tick();
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    private Data.Job running() {
        List<Data.Job> running = crossing.data.jobs().stream()
                .filter(job -> job.kind() == Data.Kind.RECONCILE && job.state() == Data.State.RUNNING)
                .toList();
        assertThat(running).hasSize(1);
        return running.getFirst();
    }

    private void tick() {
        crossing.pass(Duration.ofSeconds(1));
        crossing.plane.tick();
    }

    @Test
    void onePassFollowsTheOtherOnceAFullOneWasThrough() {
        String first = running().id();
        assertThat(running().spread()).contains(DAY);

        crossing.pass(DAY);
        crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
        tick();

        assertThat(running().id()).isNotEqualTo(first);
        assertThat(running().spread()).contains(DAY);
    }

    @Test
    void aDebtIsPaidAtFullSpeedAndThePassBegunBeforeItPaysNothing() {
        tick();
        crossing.plane.debts().owe(Crossing.ORDERS, crossing.now.get(), "the journal was full");
        tick();
        tick();

        assertThat(running().spread()).isEmpty();
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).hasSize(1);

        crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
        tick();
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).isEmpty();
        tick();
        assertThat(running().spread()).contains(DAY);
    }

    @Test
    void aSpreadPassThatEndsPaysWhatWasOwedBeforeItBegan() {
        Instant before = running().started().minusSeconds(1);
        crossing.plane.debts().owe(Crossing.ORDERS, before, "long ago");
        crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
        tick();
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).isEmpty();
    }

    @Test
    void itGivesWayToOneThatSomebodyAsksFor() {
        CommandResult result = crossing.operator(new Command.Reconcile(Crossing.ORDERS, true, false, 0));

        assertThat(result).as(result.message()).isInstanceOf(CommandResult.Started.class);
        assertThat(running().spread()).isEmpty();
        assertThat(crossing.operator(new Command.Reconcile(Crossing.ORDERS, true, false, 0)))
                .as("one at full speed does not give way")
                .isInstanceOf(CommandResult.Refused.class);
    }

    @Test
    void whatItFindsCountsAtOnce() {
        assertThat(crossing.gate(GateName.DIVERGENCE, Phase.WRITE_CUTOVER).verdict())
                .isNotEqualTo(Verdict.FAIL);
        EntityKey key = new EntityKey("7");
        crossing.data.found =
                List.of(new Divergences.Found(key, Divergences.Kind.MISSING, List.of(), false, crossing.now.get()));
        crossing.data.finds(running().id(), 1);
        tick();

        assertThat(crossing.plane.queries().divergences(Crossing.ORDERS, 10))
                .extracting(Divergences.Divergence::key)
                .containsExactly(key);
        assertThat(crossing.plane.queries().gates(Crossing.ORDERS).orElseThrow().present())
                .filteredOn(reading -> reading.gate() == GateName.RECONCILED)
                .allSatisfy(reading -> {
                    assertThat(reading.verdict()).isEqualTo(Verdict.FAIL);
                    assertThat(reading.message()).contains("1 divergences so far");
                })
                .isNotEmpty();
        assertThat(running().spread()).as("it goes on").contains(DAY);
    }

    @Test
    void whatIsSettledWhileAPassRunsStaysSettledUntilItIsFoundAgain() {
        EntityKey key = new EntityKey("7");
        Divergences.Found once =
                new Divergences.Found(key, Divergences.Kind.MISSING, List.of(), false, crossing.now.get());
        crossing.data.found = List.of(once);
        crossing.data.finds(running().id(), 1);
        tick();
        crossing.plane.divergences().settled(Crossing.ORDERS, key, Divergences.State.REPAIRED, crossing.now.get());

        EntityKey other = new EntityKey("8");
        crossing.data.found = List.of(
                once, new Divergences.Found(other, Divergences.Kind.MISSING, List.of(), false, crossing.now.get()));
        crossing.data.finds(running().id(), 2);
        tick();
        assertThat(open()).containsExactly(other);

        crossing.data.found = List.of(
                new Divergences.Found(key, Divergences.Kind.MISSING, List.of(), false, crossing.now.get()),
                new Divergences.Found(other, Divergences.Kind.MISSING, List.of(), false, crossing.now.get()));
        crossing.data.finds(running().id(), 2);
        tick();
        assertThat(open()).containsExactlyInAnyOrder(key, other);
    }

    private List<EntityKey> open() {
        return crossing.plane.divergences().of(Crossing.ORDERS, 10).stream()
                .filter(divergence -> divergence.state() == Divergences.State.OPEN)
                .map(Divergences.Divergence::key)
                .toList();
    }

    @Test
    void oneThatWasRepairedAndDiffersAgainCountsAtOnce() {
        EntityKey key = new EntityKey("7");
        crossing.data.repaired = 1;
        crossing.data.found =
                List.of(new Divergences.Found(key, Divergences.Kind.MISSING, List.of(), true, crossing.now.get()));
        crossing.data.finds(running().id(), 1);
        tick();
        assertThat(open()).isEmpty();

        crossing.data.repaired = 0;
        crossing.data.found =
                List.of(new Divergences.Found(key, Divergences.Kind.MISSING, List.of(), false, crossing.now.get()));
        crossing.data.finds(running().id(), 1);
        tick();
        assertThat(open()).containsExactly(key);
    }

    @Test
    void whatAPassLeftUnlistedIsOneDebtAndStartsNoPassAtOnce() {
        String pass = running().id();
        tick();
        crossing.data.finds(pass, 50_000);
        tick();
        tick();
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).hasSize(1);
        assertThat(running().id()).isEqualTo(pass);

        crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 60_000);
        tick();
        tick();
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).hasSize(1);
        assertThat(crossing.data.jobs())
                .filteredOn(job -> job.kind() == Data.Kind.RECONCILE)
                .noneMatch(job -> job.state() == Data.State.RUNNING);

        crossing.pass(ControlSettings.DEFAULTS.reconcileEvery());
        tick();
        crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
        tick();
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).isEmpty();
    }

    @Test
    void whatItFoundGoesOnToCountWhenItGivesWay() {
        crossing.data.finds(running().id(), 3);
        tick();
        crossing.operator(new Command.Reconcile(Crossing.ORDERS, false, false, 0));
        tick();
        assertThat(running().spread()).isEmpty();
        assertThat(divergence().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(divergence().message()).contains("ended early", "3 divergences");

        crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
        tick();
        assertThat(divergence().verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatItFoundGoesOnToCountWhenARestartLosesIt() {
        crossing.data.finds(running().id(), 3);
        tick();
        crossing.restart();
        assertThat(running().spread()).as("begun anew").isEmpty();
        assertThat(divergence().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(divergence().message()).contains("ended early", "3 divergences");
    }

    @Test
    void aDebtThatAPassCannotPayDoesNotStartOneAfterTheOther() {
        crossing.plane.debts().owe(Crossing.ORDERS, crossing.now.get(), "the journal was full");
        tick();
        tick();
        for (int passes = 0; passes < 3; passes++) {
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 1); // which pays nothing
            tick();
        }
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).hasSize(1);
        assertThat(crossing.data.jobs())
                .filteredOn(job -> job.kind() == Data.Kind.RECONCILE)
                .noneMatch(job -> job.state() == Data.State.RUNNING);

        crossing.pass(ControlSettings.DEFAULTS.reconcileEvery());
        tick();
        assertThat(running().spread()).isEmpty();
    }

    @Test
    void moreThanItCanListIsOwedOnceHoweverOftenItIsLookedAt() {
        String id = running().id();
        for (long found = 2_000; found < 2_010; found++) {
            crossing.data.finds(id, found);
            crossing.plane.tick();
        }
        assertThat(crossing.plane.debts().open(Crossing.ORDERS)).hasSize(1);
    }

    private GateReading divergence() {
        return crossing.gate(GateName.DIVERGENCE, Phase.READ_CUTOVER);
    }

    @Test
    void itEndsWhereTheStoresAreNotComparedAnyMore() {
        for (int steps = 0; steps < 4 && crossing.state().phase().isAtLeast(Phase.RECONCILE); steps++) {
            crossing.operator(new Command.Back(Crossing.ORDERS, false));
        }
        assertThat(crossing.state().phase().isAtLeast(Phase.RECONCILE)).isFalse();
        tick();

        assertThat(crossing.data.jobs())
                .filteredOn(job -> job.kind() == Data.Kind.RECONCILE)
                .noneMatch(
                        job -> job.state() == Data.State.RUNNING && job.spread().isPresent());
    }
}
