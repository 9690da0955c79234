package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.datasync.feed.run.FeedState;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Keys out of a topic of a real broker. */
class TopicTest {

    static final Broker broker = Broker.shared();

    @TempDir
    Path folder;

    Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = Shop.sqlite(folder);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private static FeedSpec feed(String topic, Optional<String> pointer) {
        return new FeedSpec(
                "topic-legacy",
                Side.LEGACY,
                100,
                new Topic(List.of(broker.address), topic, pointer, false, Map.of("client.id", "bailey")));
    }

    @Test
    void keysOfRecordsAreRefreshedAndItGoesOnWhereItStood() throws Exception {
        broker.topic("keys", 3);
        shop.fillLegacy(10);
        for (int id = 1; id <= 10; id++) {
            broker.send("keys", Integer.toString(id), "changed");
        }
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = FeedRig.start(shop.data, memory, feed("keys", Optional.empty()))) {
            rig.awaitEverythingThrough();
            assertThat(modern()).isEqualTo(10);
            assertThat(rig.status(0).changes()).isEqualTo(10);
        }
        shop.legacy("delete from orders where id = 4");
        broker.send("keys", "4", "deleted");
        try (FeedRig rig = FeedRig.start(shop.data, memory, feed("keys", Optional.empty()))) {
            rig.awaitEverythingThrough();
            assertThat(modern()).isEqualTo(9);
            assertThat(rig.status(0).changes()).isEqualTo(11);
            assertThat(rig.owed).isEmpty();
        }
    }

    @Test
    void aPointerFindsTheKeyInEventsAndWhatHasNoneIsOwed() throws Exception {
        broker.topic("events", 1);
        shop.fillLegacy(3);
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = FeedRig.start(shop.data, memory, feed("events", Optional.of("/order/id")))) {
            rig.awaitEverythingThrough();
            rig.owed.clear();
            broker.send("events", null, "{\"order\":{\"id\":2},\"what\":\"paid\"}");
            broker.send("events", null, "{\"order\":{\"id\":\"3\"}}");
            rig.awaitEverythingThrough();
            assertThat(modern()).isEqualTo(2);
            assertThat(rig.owed).isEmpty();
            broker.send("events", null, "not json");
            rig.awaitEverythingThrough();
            assertThat(rig.owed).hasSize(1).first().asString().contains("without an entity key");
        }
    }

    @Test
    void aFenceWaitsForWhatIsCommittedBehindATransactionThatIsOpen() throws Exception {
        broker.topic("transactions", 1);
        shop.fillLegacy(2);
        try (var slow = broker.transaction("slow");
                var fast = broker.transaction("fast")) {
            slow.send(new ProducerRecord<>("transactions", "1", "")).get();
            fast.send(new ProducerRecord<>("transactions", "2", "")).get();
            fast.commitTransaction();
            try (FeedRig rig = FeedRig.start(shop.data, new Plane.Kept(), feed("transactions", Optional.empty()))) {
                assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(500)))
                        .isFalse();
                assertThat(rig.status(0).changes()).isZero();
                await().untilAsserted(() -> assertThat(rig.status(0).waiting()).hasValue(3));
                slow.commitTransaction();
                rig.awaitEverythingThrough();
                assertThat(rig.status(0).changes()).isEqualTo(2);
                assertThat(modern()).isEqualTo(2);
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTopicThatLostWhatWasToComeNextIsOwedLoudly() throws Exception {
        broker.topic("short", 1);
        shop.fillLegacy(2);
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = FeedRig.start(shop.data, memory, feed("short", Optional.empty()))) {
            rig.awaitEverythingThrough();
        }
        broker.send("short", "1", "");
        broker.truncate("short");
        broker.send("short", "2", "");
        try (FeedRig rig = FeedRig.start(shop.data, memory, feed("short", Optional.empty()))) {
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("lost changes", "truncated");
            rig.awaitEverythingThrough();
            assertThat(modern()).isEqualTo(1);
        }
    }

    @Test
    void aBrokerThatIsAwayIsNoLossAndNoFenceComesThrough() throws Exception {
        FeedSpec nowhere = new FeedSpec(
                "topic-legacy",
                Side.LEGACY,
                100,
                new Topic(List.of("127.0.0.1:1"), "keys", Optional.empty(), false, Map.of()));
        try (FeedRig rig = FeedRig.start(shop.data, new Plane.Kept(), nowhere)) {
            assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(200)))
                    .isFalse();
            assertThat(rig.owed).isEmpty();
        }
    }

    private long modern() throws Exception {
        return Shop.number(shop.modernUrl, "select count(*) from purchase");
    }

    @Test
    void killedBeforeTheDebtOfABeginningWasWrittenDownItOwesAgain() throws Exception {
        broker.topic("debts", 1);
        Plane.Kept memory = new Plane.Kept();
        FeedSpec feed = feed("debts", Optional.empty());
        try (FeedRig rig = FeedRig.open(shop.data, memory, feed)) {
            rig.books = false;
            rig.feeds.start();
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
        }
        try (FeedRig rig = FeedRig.start(shop.data, memory, feed)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isNotEmpty().allMatch(reason -> reason.contains("began anew"));
        }
    }
}
