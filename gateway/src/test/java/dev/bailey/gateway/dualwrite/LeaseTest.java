package dev.bailey.gateway.dualwrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.Crossing.Told;
import dev.bailey.gateway.dualwrite.Crossing.Told.What;
import dev.bailey.gateway.dualwrite.ItemService.Fault;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.RecordState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the write path does when its lease of a shared store ends (ADR 9). */
class LeaseTest {

    @TempDir
    Path folder;

    private Crossing crossing(Phase phase) {
        return new Crossing(folder, Crossing.replay(), phase, Crossing.SHORT, GatewaySpec.DEFAULTS);
    }

    @Test
    void withoutALeaseNothingIsSentAndNothingJournalled() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.lease.end();
            Told told = crossing.put("1", "a");
            assertThat(told.what()).isEqualTo(What.REFUSED);
            assertThat(told.status()).isEqualTo(503);
            assertThat(crossing.legacy.item("1")).isNull();
            assertThat(crossing.records(RecordState.values())).isEmpty();
            crossing.lease.beginAnew();
            assertThat(crossing.put("1", "a").isDone()).isTrue();
        }
    }

    @Test
    void withoutALeaseNoWriteGoesPastTheJournalEither() throws Exception {
        try (Crossing crossing = crossing(Phase.LEGACY_ONLY)) {
            crossing.lease.end();
            assertThat(crossing.put("1", "a").what()).isEqualTo(What.REFUSED);
            assertThat(crossing.legacy.item("1")).isNull();
        }
    }

    /** Nobody builds on a record before every node has followed it: protocol §5. */
    @ParameterizedTest
    @EnumSource(names = {"LEGACY_ONLY", "RETIRED"})
    void whereChangesWaitForItAWriteThatIsCarriedNowhereNeedsNoLease(Phase phase) throws Exception {
        try (Crossing crossing = crossing(phase)) {
            crossing.lease.waitedFor();
            crossing.lease.end();
            Told told = crossing.put("1", "a");
            assertThat(told.settled()).contains(Settled.ACKNOWLEDGED);
            assertThat(crossing.records(RecordState.values())).isEmpty();
            assertThat(crossing.debts).isEmpty();
        }
    }

    @Test
    void whereChangesWaitForItAWriteGoesOnWhoseLeaseEndsMeanwhile() throws Exception {
        try (Crossing crossing = crossing(Phase.LEGACY_ONLY)) {
            crossing.lease.waitedFor();
            crossing.legacy.faults(_ -> {
                crossing.lease.end();
                return Fault.NONE;
            });
            assertThat(crossing.put("1", "a").settled()).contains(Settled.ACKNOWLEDGED);
        }
    }

    @Test
    void withoutALeaseWhatWouldBeKeptAsAGapIsOwed() throws Exception {
        try (Crossing crossing = crossing(Phase.LEGACY_OFF)) {
            crossing.lease.waitedFor();
            crossing.lease.end();
            assertThat(crossing.put("1", "a").settled()).contains(Settled.ACKNOWLEDGED);
            assertThat(crossing.modern.item("1")).isEqualTo("a");
            assertThat(crossing.records(RecordState.values())).isEmpty();
            assertThat(crossing.debts).first().asString().contains("no lease of the shared store");
        }
    }

    @Test
    void withoutALeaseASliceThatDegradesGoesOnAndOwes() throws Exception {
        WritesSpec degrades =
                Crossing.with(Crossing.replay(), WritesSpec.OnReject.PARK, WritesSpec.OnJournalFull.DEGRADE);
        try (Crossing crossing =
                new Crossing(folder, degrades, Phase.DUAL_WRITE, Crossing.SHORT, GatewaySpec.DEFAULTS)) {
            crossing.lease.waitedFor();
            crossing.lease.end();
            assertThat(crossing.put("1", "a").settled()).contains(Settled.ACKNOWLEDGED);
            assertThat(crossing.legacy.item("1")).isEqualTo("a");
            assertThat(crossing.records(RecordState.values())).isEmpty();
            assertThat(crossing.debts).isNotEmpty();

            crossing.debtsFail = true;
            assertThat(crossing.put("1", "b").status()).isEqualTo(503);
            assertThat(crossing.legacy.item("1")).isEqualTo("a");
        }
    }

    @Test
    void whatIsCarriedToTheOtherSideNeedsALeaseAlsoWhereChangesWaitForIt() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.lease.waitedFor();
            crossing.lease.end();
            assertThat(crossing.put("1", "a").status()).isEqualTo(503);
            assertThat(crossing.legacy.item("1")).isNull();
            assertThat(crossing.debts).isEmpty();
        }
    }

    @Test
    void aLeaseThatEndsWhileTheIntentBecomesDurableSendsNothing() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.lease.endAfterLooks(1);
            Told told = crossing.put("1", "a");
            assertThat(told.what()).isEqualTo(What.REFUSED);
            assertThat(told.status()).isEqualTo(503);
            assertThat(crossing.legacy.item("1")).isNull();
            assertThat(crossing.records(RecordState.values()))
                    .extracting(record -> record.state())
                    .containsExactly(RecordState.REJECTED);
        }
    }

    /** Else a restart, which sends what it finds as an intent, could put it over the later write. */
    @Test
    void theNextWriteWaitsUntilAnIntentThatWasNotSentIsDead() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.node().journal.failChanges();
            crossing.lease.endAfterLooks(1);
            Told older = crossing.put("1", "older");
            assertThat(older.status()).isEqualTo(504);
            crossing.lease.beginAnew();
            CompletableFuture<Told> newer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    newer.complete(crossing.put("1", "newer"));
                } catch (Exception e) {
                    newer.completeExceptionally(e);
                }
            });
            await().during(Duration.ofMillis(300))
                    .until(() -> crossing.legacy.item("1") == null
                            && crossing.records(RecordState.values()).size() == 1);
            crossing.node().journal.work();
            assertThat(newer.get(10, TimeUnit.SECONDS).isDone()).isTrue();
            assertThat(crossing.legacy.item("1")).isEqualTo("newer");
            assertThat(crossing.records(RecordState.REJECTED)).hasSize(1);
        }
    }

    @Test
    void anAnswerUnderALeaseThatLapsedIsNoAnswer() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.modern.put("1", "old");
            crossing.legacy.faults(_ -> {
                if (crossing.legacy.item("1") == null) {
                    crossing.lease.end();
                    crossing.lease.beginAnew();
                }
                return Fault.NONE;
            });
            Told told = crossing.put("1", "a");
            assertThat(told.settled()).contains(Settled.NOT_DURABLE);
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.item("1")).isEqualTo("a");
            assertThat(crossing.modern.item("1")).isEqualTo("a");
            assertThat(crossing.records(RecordState.DELIVERED).getFirst().note())
                    .isEqualTo("refreshed after unknown outcome");
        }
    }

    @Test
    void aPlainWriteUnderALeaseThatLapsedIsNotAcknowledged() throws Exception {
        try (Crossing crossing = crossing(Phase.LEGACY_ONLY)) {
            crossing.legacy.faults(_ -> {
                crossing.lease.end();
                return Fault.NONE;
            });
            assertThat(crossing.put("1", "a").settled()).contains(Settled.NOT_DURABLE);
        }
    }

    @Test
    void deliveryWaitsForALease() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.lease.endAfterLooks(2);
            Told told = crossing.put("1", "a");
            assertThat(told.isDone()).isTrue();
            await().until(() -> crossing.records(RecordState.APPLIED).size() == 1 || crossing.isQuiet());
            assertThat(crossing.modern.item("1")).isNull();
            crossing.lease.beginAnew();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("a");
        }
    }

    /** To read it may take as long as a store is slow or a process stands still, and another node delivers by then. */
    @Test
    void aLeaseThatEndsWhileTheRecordIsReadDeliversNothing() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE)) {
            crossing.lease.endAfterLooks(3);
            assertThat(crossing.put("1", "a").isDone()).isTrue();
            await().during(Duration.ofMillis(300)).until(() -> crossing.modern.item("1") == null);
            crossing.lease.beginAnew();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("a");
        }
    }
}
