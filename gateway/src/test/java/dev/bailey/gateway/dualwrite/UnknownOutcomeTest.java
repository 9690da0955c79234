package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.Crossing.Told;
import dev.bailey.gateway.dualwrite.Crossing.Told.What;
import dev.bailey.gateway.dualwrite.ItemService.Fault;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.RecordState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnknownOutcomeTest {

    @TempDir
    Path folder;

    private Crossing crossing(WritesSpec writes) {
        return new Crossing(folder, writes, Phase.DUAL_WRITE, Crossing.SHORT, GatewaySpec.DEFAULTS);
    }

    /** The first request meets the fault, all later ones none. */
    private static void once(ItemService service, Fault fault) {
        AtomicInteger asked = new AtomicInteger();
        service.faults(_ -> asked.getAndIncrement() == 0 ? fault : Fault.NONE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"FAIL_BEFORE", "FAIL_AFTER", "CUT_BEFORE", "CUT_AFTER", "SLOW_AFTER", "LANDS_LATE"})
    void askingAgainAppliesOnceWhateverWentWrong(Fault fault) throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            crossing.legacy.put("1", "a");
            crossing.modern.put("1", "a");
            once(crossing.legacy, fault);
            Told told = crossing.write("POST", "/items/1/add", "b", "client-key-1");
            assertThat(told.what()).isEqualTo(What.UNKNOWN);
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.item("1")).isEqualTo("a+b");
            assertThat(crossing.modern.item("1")).isEqualTo("a+b");
            assertThat(crossing.legacy.applications("client-key-1")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"FAIL_BEFORE", "FAIL_AFTER", "LANDS_LATE"})
    void withoutAClientKeyAPostIsNotSentAgainButItsEntityRefreshed(Fault fault) throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            crossing.legacy.put("1", "a");
            crossing.modern.put("1", "a");
            once(crossing.legacy, fault);
            assertThat(crossing.add("1", "b").what()).isEqualTo(What.UNKNOWN);
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.item("1")).isEqualTo(fault == Fault.FAIL_BEFORE ? "a" : "a+b");
            assertThat(crossing.modern.item("1")).isEqualTo(crossing.legacy.item("1"));
            assertThat(crossing.records(RecordState.DELIVERED).getFirst().note())
                    .isEqualTo("refreshed after unknown outcome");
        }
    }

    @Test
    void theNextWriteOfTheEntityWaitsUntilTheFateIsKnown() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            once(crossing.legacy, Fault.LANDS_LATE);
            assertThat(crossing.put("1", "late").what()).isEqualTo(What.UNKNOWN);
            assertThat(crossing.put("1", "next").isDone()).isTrue();
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.item("1")).isEqualTo("next");
            assertThat(crossing.modern.item("1")).isEqualTo("next");
        }
    }

    @Test
    void anEndlessErrorDoesNotBlockTheEntityForEver() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            crossing.legacy.faults(seen -> seen.body().equals("poison") ? Fault.FAIL_BEFORE : Fault.NONE);
            assertThat(crossing.put("1", "poison").what()).isEqualTo(What.UNKNOWN);
            await().atMost(Duration.ofSeconds(20)).until(crossing::isQuiet);
            assertThat(crossing.put("1", "fine").isDone()).isTrue();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("fine");
        }
    }

    @Test
    void aCreateNobodyKnowsTheKeyOfIsOwedToAReconcile() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            once(crossing.legacy, Fault.FAIL_AFTER);
            crossing.debtsFail = true;
            Told told = crossing.write("POST", "/items", "{\"text\":\"new\"}", null);
            assertThat(told.what()).isEqualTo(What.UNKNOWN);
            assertThat(crossing.writes().awaitQuiet(ITEMS, Duration.ofMillis(900)))
                    .isFalse();
            assertThat(crossing.debts).isEmpty();
            crossing.debtsFail = false;
            await().until(crossing::isQuiet);
            assertThat(crossing.debts).hasSize(1);
            assertThat(crossing.record(told.key()).note()).isEqualTo("owed to a reconcile");
            assertThat(crossing.legacy.items()).hasSize(1);
        }
    }

    @Test
    void aCreateWithAClientKeyIsFoundAgain() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            once(crossing.legacy, Fault.CUT_AFTER);
            assertThat(crossing.write("POST", "/items", "{\"text\":\"new\"}", "k1")
                            .what())
                    .isEqualTo(What.UNKNOWN);
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.items()).hasSize(1);
            assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items());
            assertThat(crossing.debts).isEmpty();
        }
    }

    @Test
    void aFollowerThatIsDownDoesNotKeepTheEntityBlocked() throws Exception {
        try (Crossing crossing = crossing(Crossing.refresh())) {
            once(crossing.legacy, Fault.FAIL_BEFORE);
            crossing.modern.down();
            assertThat(crossing.add("1", "b").what()).isEqualTo(What.UNKNOWN);
            assertThat(crossing.put("1", "next").isDone()).isTrue();
            crossing.modern.up();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LANDS_LATE", "GIVEN_UP_BEFORE_IT_LANDS"})
    void aDeliveryThatLandsLateNeverOverwritesARefresh(Fault late) throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            AtomicInteger asked = new AtomicInteger();
            crossing.modern.faults(_ -> asked.getAndIncrement() == 0 ? late : Fault.FAIL_BEFORE);
            Told old = crossing.put("1", "old");
            await().until(() -> !crossing.modern.seen().isEmpty());
            assertThat(crossing.write("PUT", "/items/1", "new", null, false).isDone())
                    .isTrue();
            await().until(crossing::isQuiet);
            await().until(() -> crossing.modern.applications(old.key()) == 1);
            assertThat(crossing.modern.item("1")).isEqualTo("new");
        }
    }

    @Test
    void aCrashBetweenIntentAndOutcomeIsResolvedAtTheNextStart() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            crossing.legacy.put("2", "x");
            crossing.modern.put("2", "x");
            var never = crossing.admit(crossing.node(), "PUT", "/items/1", "never sent", null, true);
            var applied =
                    (WritePath.Admitted) crossing.admit(crossing.node(), "POST", "/items/2/add", "applied", null, true);
            assertThat(never).isInstanceOf(WritePath.Admitted.class);
            Crossing.Node dying = crossing.node();
            Thread dies = Thread.ofVirtual().start(() -> {
                await().until(() -> "x+applied".equals(crossing.legacy.item("2")));
                crossing.crash();
            });
            crossing.node().journal.fail();
            crossing.forward(dying, applied, "POST", "/items/2/add", "applied");
            dies.join();
            crossing.restart();
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.item("2")).isEqualTo("x+applied");
            assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items());
            assertThat(crossing.legacy.item("1")).isEqualTo("never sent");
        }
    }

    @Test
    void aCrashBeforeDeliveryDeliversAtTheNextStartInOrder() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            crossing.modern.down();
            crossing.put("1", "a");
            for (int i = 0; i < 10; i++) {
                crossing.add("1", "" + i);
            }
            await().until(() -> crossing.records(RecordState.APPLIED).size() == 11);
            crossing.crash();
            crossing.modern.up();
            crossing.restart();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo(crossing.legacy.item("1"));
        }
    }

    @Test
    void aWriteDuringRecoveryWaitsForTheUnknownOne() throws Exception {
        try (Crossing crossing = crossing(Crossing.replay())) {
            crossing.admit(crossing.node(), "POST", "/items/1/add", "b", null, true);
            crossing.crash();
            crossing.restart();
            assertThat(crossing.writes().awaitQuiet(ITEMS, Duration.ZERO)).isFalse();
            assertThat(crossing.put("1", "next").isDone()).isTrue();
            assertThat(crossing.records(RecordState.UNKNOWN)).isEmpty();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("next");
        }
    }
}
