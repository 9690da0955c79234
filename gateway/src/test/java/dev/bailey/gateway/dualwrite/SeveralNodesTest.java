package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.Crossing.Told;
import dev.bailey.gateway.dualwrite.ItemService.Fault;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.Partition;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Several write paths over one journal in PostgreSQL; as a rule one of them delivers all. */
class SeveralNodesTest extends SeveralNodes {

    @Test
    void theOneThatLeadsDeliversWhatAnotherWrote() throws Exception {
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        assertThat(other.write("PUT", "/items/1", "one").isDone()).isTrue();
        assertThat(other.write("POST", "/items/1/add", "two").isDone()).isTrue();
        assertThat(leader.write("POST", "/items/1/add", "three").isDone()).isTrue();
        awaitEqual();
        assertThat(crossing.modern.items()).containsEntry("1", "one+two+three");
    }

    @Test
    void writesOfOneNodeAreReplayedAndNotRefreshed() throws Exception {
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        assertThat(leader.write("PUT", "/items/first", "x").isDone()).isTrue();
        awaitEqual();
        assertThat(leader.writes.takeUp(Set.of(), PATIENT))
                .as("has looked since")
                .isTrue();
        int before = crossing.refreshes.get();
        for (int i = 0; i < 20; i++) {
            assertThat(other.write("PUT", "/items/" + i % 3, "text" + i).isDone())
                    .isTrue();
        }
        awaitEqual();
        assertThat(crossing.refreshes.get()).isEqualTo(before);
    }

    /** Replayed, the older one would be put over the newer, which was delivered before the older came in sight. */
    @Test
    void ofTwoWritesThatOverlapAtTwoNodesTheOneThatIsSeenLaterIsRefreshed() throws Exception {
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        assertThat(leader.writes.takeUp(Set.of(), PATIENT))
                .as("has looked since")
                .isTrue();
        Admitted older = admitted(other, "PUT", "/items/1", "older");
        crossing.legacy.put("1", "older");
        assertThat(leader.write("PUT", "/items/1", "newer").isDone()).isTrue();
        await().atMost(PATIENT)
                .until(() -> "newer".equals(crossing.modern.item("1"))
                        || !pending(leader).queues(Set.of(of("1"))).isEmpty());
        Tasks.await(older.settle(new Outcome.Applied(200, Optional.empty(), List.of(), new byte[0])));
        awaitEqual();
        assertThat(crossing.modern.items()).containsEntry("1", "newer");
        assertThat(crossing.refreshes.get()).isPositive();
    }

    /** The same where the older one is out of sight until the newer one is delivered, because its commit comes late. */
    @Test
    void aWriteWhoseIntentIsSeenAfterALaterOneIsDeliveredIsRefreshed() throws Exception {
        Crossing.Node leader = lead("a#1");
        assertThat(leader.writes.takeUp(Set.of(), PATIENT))
                .as("has looked since")
                .isTrue();
        String records = schema + ".journal_record";
        try (Connection late = DriverManager.getConnection(POSTGRES.getJdbcUrl("postgres", "postgres"));
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            ResultSet drawn = statement.executeQuery("select nextval('" + schema + ".journal_seq')");
            drawn.next();
            long sequence = drawn.getLong(1);
            assertThat(leader.write("PUT", "/items/1", "newer").isDone()).isTrue();
            await().atMost(PATIENT).until(() -> pending(leader).size() == 0);
            int before = crossing.refreshes.get();
            statement.execute("insert into " + records + " select " + sequence
                    + ", 'late', slice, entity, minted, epoch,"
                    + " authority, follower, method, target, 1, body_kept, client_key, 0, '', at, changed, 'b#1',"
                    + " nextval('" + schema + ".journal_seq'), txid_current() from " + records + " where entity = '1'");
            statement.execute("insert into " + schema + ".journal_content select " + sequence
                    + ", 'key-late', headers, 'older'::bytea from " + schema + ".journal_content limit 1");
            statement.execute("insert into " + schema + ".journal_answer values (" + sequence + ", 200, '', '')");
            late.commit();
            await().atMost(PATIENT).until(() -> crossing.refreshes.get() > before);
        }
        awaitEqual();
        assertThat(crossing.modern.items()).containsEntry("1", "newer");
    }

    /** Replayed, it would be put over the later one, until that is carried in its turn. */
    @Test
    void aWriteThatIsSeenWhileALaterOneIsSentAndGivenUpIsRefreshed() throws Exception {
        crossImpatiently();
        Veil veil = new Veil();
        Crossing.Node holder = open("a#1", veil);
        Crossing.Node other = open("b#1");
        assertThat(holder.writes.partitions().takeOver(Partition.ALL, false, PATIENT))
                .isTrue();
        assertThat(holder.write("PUT", "/items/first", "x").isDone()).isTrue();
        awaitEqual();
        assertThat(holder.writes.takeUp(Set.of(), PATIENT))
                .as("has looked since")
                .isTrue();
        veil.down.acquire();
        assertThat(other.write("PUT", "/items/1", "older").isDone()).isTrue();
        await().atMost(PATIENT)
                .until(() -> pending(other).count(PendingWrite.Stage.APPLIED) == 1); // they do not overlap
        crossing.modern.faults(sent -> sent.body().equals("newer") ? Fault.SLOW_AFTER : Fault.NONE);
        assertThat(holder.write("PUT", "/items/1", "newer").isDone()).isTrue();
        await().atMost(PATIENT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> "newer".equals(crossing.modern.item("1")));
        veil.down.release();
        awaitEqual();
        assertThat(crossing.modern.seen()).extracting(ItemService.Seen::body).doesNotContain("older");
    }

    /** It looks while the create is under way, and then only when the follower has refused it. */
    @Test
    void aCreateOfAnotherNodeThatIsSeenAsParkedAtOnceIsKnownByItsKey() throws Exception {
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        Veil veil = new Veil();
        Crossing.Node third = open("c#1", veil);
        assertThat(leader.writes.takeUp(Set.of(), PATIENT))
                .as("has looked since")
                .isTrue();
        parkOutOfSight(other, third, veil);
        await().atMost(PATIENT)
                .untilAsserted(() ->
                        assertThat(pending(third).ahead(new EntityKey("9"))).isEqualTo(Side.LEGACY));
    }

    /** A create of one node that another has parked before a third looks again. */
    private void parkOutOfSight(Crossing.Node other, Crossing.Node third, Veil veil) throws Exception {
        crossing.modern.faults(_ -> Fault.REFUSE);
        crossing.refreshAnswer = new Refresher.Refreshed.Refused(new EntityKey("9"), "no");
        Admitted create = admitted(other, "POST", "/items", "{\"text\":\"x\"}");
        await().atMost(PATIENT).until(() -> pending(third).size() == 1);
        veil.down.acquire();
        crossing.legacy.put("9", "x");
        Tasks.await(create.settle(new Outcome.Applied(
                201, Optional.of(new EntityKey("9")), List.of(), "{\"id\":\"9\"}".getBytes(UTF_8))));
        await().atMost(PATIENT).until(() -> {
            other.file.recount();
            return other.file.stats(ITEMS).parked() == 1;
        });
        veil.down.release();
    }

    /** It has what has no key, and sees the create next when the holder of its key has parked it. */
    @Test
    void aCreateIsNotUndecidedForEverAtTheNodeThatHasWhatHasNoKey() throws Exception {
        Crossing.Node holder = lead("a#1");
        Crossing.Node other = open("b#1");
        Veil veil = new Veil();
        Crossing.Node third = open("c#1", veil);
        assertThat(holder.writes.partitions().letGo(List.of(Partition.KEYLESS))).containsExactly(Partition.KEYLESS);
        assertThat(third.writes.partitions().takeOver(List.of(Partition.KEYLESS), false, PATIENT))
                .isTrue();
        parkOutOfSight(other, third, veil);
        await().atMost(PATIENT).until(() -> pending(third).count(PendingWrite.Stage.PARKED) == 1);
        assertThat(pending(third).undecided()).isEmpty();
    }

    /** Else it would go to modern before the create does, which would then be put over it. */
    @Test
    void aWriteOfWhatAnotherNodeHasJustCreatedAtTheOtherSideWaitsForIt() throws Exception {
        lead("a#1");
        Veil veil = new Veil();
        Crossing.Node writer = open("c#1", veil);
        Crossing.Node other = open("b#1");
        crossing.move(crossing.moved(Phase.WRITE_CUTOVER, new Ramp(Ramp.BUCKETS - 1)));
        veil.down.acquire();
        assertThat(other.write("POST", "/items", "{\"text\":\"older\"}").side()).isEqualTo(Side.LEGACY);
        String id = crossing.legacy.items().keySet().iterator().next();
        CompletableFuture<Told> written = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                written.complete(writer.write("PUT", "/items/" + id, "newer"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> written.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        veil.down.release();
        assertThat(written.get().side()).isEqualTo(Side.MODERN);
        assertThat(written.get().isDone()).isTrue();
        awaitEqual();
        assertThat(crossing.modern.items()).containsEntry(id, "newer");
    }

    @Test
    void aReadOfAnEntityThatAnotherNodeWroteGoesToTheAuthority() throws Exception {
        crossing.modern.down();
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        Crossing.Node third = open("c#1");
        assertThat(other.write("PUT", "/items/1", "one").isDone()).isTrue();
        EntityKey key = new EntityKey("1");
        assertThat(other.writes.aheadSide(ITEMS, key)).contains(Side.LEGACY);
        for (Crossing.Node node : List.of(leader, third)) {
            await().atMost(PATIENT)
                    .untilAsserted(
                            () -> assertThat(node.writes.aheadSide(ITEMS, key)).contains(Side.LEGACY));
        }
        crossing.modern.up();
        awaitEqual();
        for (Crossing.Node node : List.of(leader, other, third)) {
            assertThat(node.writes.aheadSide(ITEMS, key)).isEqualTo(Optional.empty());
        }
    }

    /** What others have written it cannot know. */
    @Test
    void aReadAtANodeWhoseLooksLagGoesToTheAuthorityUntilItSeesAgain() throws Exception {
        lead("a#1");
        Crossing.Node other = open("b#1");
        Veil veil = new Veil();
        Crossing.Node blind = open("c#1", veil);
        crossing.move(crossing.moved(Phase.READ_CUTOVER, new Ramp(Ramp.BUCKETS)));
        EntityKey key = new EntityKey("1");
        crossing.modern.down();
        veil.down.acquire();
        assertThat(other.write("PUT", "/items/1", "one").isDone()).isTrue();
        await().atMost(PATIENT)
                .untilAsserted(
                        () -> assertThat(blind.writes.aheadSide(ITEMS, key)).contains(Side.LEGACY));
        assertThat(pending(blind).ahead(key)).as("what it has seen").isNull();
        assertThat(blind.writes.aheadSide(ITEMS, new EntityKey("never-written")))
                .contains(Side.LEGACY);
        crossing.modern.up();
        veil.down.release();
        awaitEqual();
        await().atMost(PATIENT)
                .untilAsserted(
                        () -> assertThat(blind.writes.aheadSide(ITEMS, key)).isEmpty());
    }

    @Test
    void whoLeadsNextDeliversWhatTheLeaderLeft() throws Exception {
        crossImpatiently();
        crossing.modern.down();
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        for (int i = 0; i < 10; i++) {
            leader.write("PUT", "/items/" + i, "leader" + i);
            other.write("PUT", "/items/" + (i + 5), "other" + i);
        }
        leader.die();
        crossing.modern.up();
        assertThat(other.writes.partitions().takeOver(Partition.ALL, true, PATIENT))
                .isTrue();
        assertThat(other.writes.takeUp(Set.of("a#1"), PATIENT)).isTrue();
        awaitEqual();
    }

    @Test
    void aFenceWaitsForWhatAnotherNodeWrote() throws Exception {
        crossing.modern.down();
        Crossing.Node leader = lead("a#1");
        Crossing.Node other = open("b#1");
        assertThat(other.write("PUT", "/items/1", "one").isDone()).isTrue();
        assertThat(leader.writes.awaitFence(ITEMS, Duration.ofMillis(300))).isFalse();
        crossing.modern.up();
        assertThat(leader.writes.awaitFence(ITEMS, PATIENT)).isTrue();
        assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items());
    }

    /** Appends show it when one is applied twice, in another order, or not at all. */
    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void bothSidesAreEqualAfterManyWritesOfFewEntitiesAtThreeNodesWithFaultsAndALeaderThatDies() throws Exception {
        crossImpatiently();
        Crossing.Node leader = lead("a#1");
        for (int item = 0; item < 4; item++) {
            assertThat(leader.write("PUT", "/items/" + item, "").isDone()).isTrue();
        }
        awaitEqual();
        AtomicInteger count = new AtomicInteger();
        crossing.legacy.faults(_ -> switch (count.incrementAndGet() % 41) {
            case 7 -> Fault.CUT_AFTER;
            case 21 -> Fault.CUT_BEFORE;
            case 33 -> Fault.FAIL_AFTER;
            default -> Fault.NONE;
        });
        AtomicInteger followed = new AtomicInteger();
        crossing.modern.faults(_ -> switch (followed.incrementAndGet() % 29) {
            case 3 -> Fault.CUT_AFTER;
            case 11 -> Fault.FAIL_BEFORE;
            default -> Fault.NONE;
        });
        List<Crossing.Node> all = List.of(leader, open("b#1"), open("c#1"));
        List<String> acknowledged = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        CountDownLatch halfway = new CountDownLatch(300);
        for (int client = 0; client < 6; client++) {
            int number = client;
            clients.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        Crossing.Node node = all.get((number + i) % 3);
                        String mark = "[" + number + "." + i + "]";
                        String item = "/items/" + i % 4;
                        Told told = node.dead
                                ? null
                                : crossing.unlessDead(node, () -> node.write("POST", item + "/add", mark));
                        if (told != null && told.isDone() && !node.dead) {
                            acknowledged.add(mark);
                        }
                        halfway.countDown();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        halfway.await();
        leader.die();
        assertThat(all.get(1).writes.partitions().takeOver(Partition.ALL, true, PATIENT))
                .isTrue();
        assertThat(all.get(1).writes.takeUp(Set.of("a#1"), PATIENT)).isTrue();
        for (Thread client : clients) {
            client.join();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> pending(all.get(1)).size() == 0);
        awaitEqual();
        String everything = String.join("", crossing.legacy.items().values());
        assertThat(acknowledged).hasSizeGreaterThan(100).allSatisfy(mark -> {
            assertThat(everything).contains(mark);
            assertThat(everything.indexOf(mark)).as("once").isEqualTo(everything.lastIndexOf(mark));
        });
    }
}
