package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.write.Partition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Of several nodes each delivers the partitions that it has. */
class HeldPartitionsTest extends SeveralNodes {

    @Test
    void eachNodeDeliversItsPartitionsWhoeverWrote() throws Exception {
        Crossing.Node one = open("a#1");
        Crossing.Node other = open("b#1");
        Partition ofOther = of("1");
        String beside = itemBeside(ofOther);
        List<Partition> rest =
                Partition.ALL.stream().filter(one1 -> !one1.equals(ofOther)).toList();
        assertThat(one.write("PUT", "/items/1", "of the other").isDone()).isTrue();
        assertThat(other.write("PUT", "/items/" + beside, "of the one").isDone())
                .isTrue();
        assertThat(one.writes.partitions().takeOver(rest, false, PATIENT)).isTrue();
        await().atMost(PATIENT).until(() -> "of the one".equals(crossing.modern.item(beside)));
        assertThat(crossing.modern.item("1")).as("nobody delivers it yet").isNull();
        assertThat(other.writes.partitions().takeOver(List.of(ofOther), false, PATIENT))
                .isTrue();
        awaitEqual();
        assertThat(other.writes.partitions().held()).containsExactly(ofOther);
    }

    @Test
    void aPartitionIsAtRestOnceItsDeliveriesHaveEndedAndGoesOnElsewhere() throws Exception {
        Crossing.Node one = lead("a#1");
        Crossing.Node other = open("b#1");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        crossing.beforeRefreshWrites = () -> { // what has just been taken over is refreshed
            reached.countDown();
            try {
                goOn.await(PATIENT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        assertThat(one.write("PUT", "/items/1", "one").isDone()).isTrue();
        assertThat(reached.await(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(one.writes.partitions().letGo(List.of(of("1"))))
                .as("is under way")
                .isEmpty();
        goOn.countDown();
        await().atMost(PATIENT)
                .until(() -> !one.writes.partitions().letGo(List.of(of("1"))).isEmpty());
        crossing.beforeRefreshWrites = () -> {};
        assertThat(one.write("PUT", "/items/1", "two").isDone()).isTrue();
        assertThat(other.writes.partitions().takeOver(List.of(of("1")), false, PATIENT))
                .isTrue();
        awaitEqual();
        assertThat(crossing.modern.items()).containsEntry("1", "two");
    }

    @Test
    void aPartitionThatIsWantedBackBeforeItWasGivenUpGoesOn() throws Exception {
        Crossing.Node one = lead("a#1");
        assertThat(one.writes.partitions().letGo(List.of(of("1")))).containsExactly(of("1"));
        assertThat(one.write("PUT", "/items/1", "one").isDone()).isTrue();
        assertThat(one.writes.partitions().held()).doesNotContain(of("1"));
        assertThat(crossing.modern.item("1")).isNull();
        one.writes.partitions().keep(List.of(of("1")));
        awaitEqual();
    }

    /** A copy would put an older state over what the other node has just delivered. */
    @Test
    void workThatKeepsDeliveriesAwayWaitsUntilTheyAreHere() throws Exception {
        Crossing.Node one = open("a#1");
        Crossing.Node other = lead("b#1");
        CompletableFuture<String> copied = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                copied.complete(one.writes.withoutDelivery(ITEMS, List.of(new EntityKey("1")), () -> "copied"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().atMost(PATIENT).until(() -> one.writes.partitions().wantsAll());
        assertThatThrownBy(() -> copied.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(other.writes.partitions().letGo(List.of(of("1")))).containsExactly(of("1"));
        assertThat(one.writes.partitions().takeOver(List.of(of("1")), false, PATIENT))
                .isTrue();
        assertThat(copied.get(PATIENT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("copied");
    }

    @Test
    void whatAnOperatorTakesBackAtOneNodeIsDeliveredByTheOneThatHasIt() throws Exception {
        Crossing.Node one = open("a#1");
        Crossing.Node other = lead("b#1");
        crossing.refreshAnswer = new Refresher.Refreshed.Refused(new EntityKey("1"), "no");
        assertThat(one.write("PUT", "/items/1", "one").isDone()).isTrue();
        await().atMost(PATIENT).until(() -> pending(one).count(PendingWrite.Stage.PARKED) == 1);
        crossing.refreshAnswer = null;
        assertThat(one.writes.unpark(ITEMS, new EntityKey("1"))).isEqualTo(1);
        awaitEqual();
        assertThat(other.writes.partitions().held()).contains(of("1"));
    }
}
