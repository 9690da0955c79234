package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.outbox.OutboxFeed;
import dev.bailey.datasync.feed.run.FeedState;
import dev.bailey.datasync.feed.run.RogueWrite;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

    private static final String TABLE =
            "create table outbox (id integer primary key autoincrement, kind text not null default 'order', entity_id"
                    + " text, changed_by text)";

    @TempDir
    Path folder;

    Shop shop;

    @BeforeEach
    void open() throws SQLException {
        shop = Shop.sqlite(folder);
        shop.legacy(TABLE);
        shop.modern(TABLE);
        // What an application does in its own transactions.
        for (String event : List.of("insert", "update")) {
            shop.legacy("create trigger o_" + event + " after " + event + " on orders begin insert into outbox"
                    + " (entity_id, changed_by) values (new.id, 'batch'); end");
            shop.modern("create trigger p_" + event + " after " + event + " on purchase begin insert into outbox"
                    + " (entity_id, changed_by) values (substr(new.order_id, 5), 'script'); end");
        }
        shop.legacy("create trigger o_delete after delete on orders begin insert into outbox (entity_id) values"
                + " (old.id); end");
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private FeedSpec outbox(Side side) {
        String url = side == Side.LEGACY ? shop.legacyUrl : shop.modernUrl;
        return feed(side, url, Optional.of("kind = 'order'"));
    }

    private static FeedSpec feed(Side side, String url, Optional<String> where) {
        return new FeedSpec(
                "outbox-" + side.label(),
                side,
                3,
                new Outbox(
                        new Login(url, "", ""),
                        "outbox",
                        "id",
                        KeyNames.of("entity_id"),
                        where,
                        Optional.of("changed_by"),
                        Duration.ofMillis(20)));
    }

    @Test
    void whatIsChangedPastTheGatewayComesToTheFollowerAndLeavesTheOutbox() throws Exception {
        shop.fillLegacy(20);
        shop.legacy("insert into outbox (kind, entity_id) values ('invoice', '7')");
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            rig.awaitEverythingThrough();
            assertThat(differing(20)).isEmpty();
            shop.legacy("update orders set cents = 777 where id = 3");
            shop.legacy("delete from orders where id = 4");
            rig.awaitEverythingThrough();
            assertThat(differing(20)).isEmpty();
            assertThat(number(shop.modernUrl, "select count(*) from purchase")).isEqualTo(19);
            assertThat(number(shop.legacyUrl, "select count(*) from outbox")).isEqualTo(1);
            assertThat(rig.status(0).changes()).isEqualTo(22);
            assertThat(rig.status(0).written()).isEqualTo(22);
            rig.awaitRunning();
            assertThat(rig.owed).isEmpty();
        }
    }

    @Test
    void aFeedWhoseStoreIsAwayFailsWithoutComingAndGoing() throws Exception {
        shop.legacy("alter table outbox rename to away");
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            Instant since = rig.status(0).since();
            // Long enough for two more tries.
            Awaitility.await()
                    .during(Duration.ofMillis(2_500))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> rig.status(0).since().equals(since));
            assertThat(rig.status(0).message()).contains("no such table");
            shop.legacy("alter table away rename to outbox");
            rig.awaitRunning();
        }
    }

    @Test
    void whatComesBackAsAnEchoDiesOut() throws Exception {
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY), outbox(Side.MODERN))) {
            shop.fillLegacy(5);
            rig.awaitEverythingThrough();
            rig.awaitEverythingThrough();
            // Each was written once at modern, told of there once, and then nobody wrote anything.
            assertThat(differing(5)).isEmpty();
            assertThat(rig.status(0).written()).isEqualTo(5);
            assertThat(rig.status(1).changes()).isEqualTo(5);
            assertThat(rig.status(1).written()).isZero();
            assertThat(number(shop.legacyUrl, "select count(*) from outbox")).isZero();
            assertThat(number(shop.modernUrl, "select count(*) from outbox")).isZero();
            assertThat(rig.rogues).isEmpty();
        }
    }

    @Test
    void whoWritesWhereNobodyShouldIsFoundAndWhatTheyWroteIsPutBack() throws Exception {
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY), outbox(Side.MODERN))) {
            shop.fillLegacy(5);
            rig.awaitEverythingThrough();
            shop.modern("update purchase set total = 1 where order_id = 'ord_2'");
            FeedRig.await(() -> !rig.rogues.isEmpty());
            RogueWrite rogue = rig.rogues.getFirst();
            assertThat(rogue.key()).isEqualTo("2");
            assertThat(rogue.table()).contains("outbox");
            assertThat(rogue.by()).contains("script");
            rig.awaitEverythingThrough();
            assertThat(differing(5)).isEmpty();
            assertThat(rig.rogues).hasSize(1);
            assertThat(rig.status(1).rogues()).isEqualTo(1);
            assertThat(rig.status(1).lastRogues()).containsExactly(rogue);
        }
    }

    @Test
    void authorityDecidesWhichSideIsReadAndWhichWritten() throws Exception {
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY), outbox(Side.MODERN))) {
            shop.fillLegacy(3);
            rig.awaitEverythingThrough();
            rig.awaitEverythingThrough();
            rig.authority = Side.MODERN;
            shop.modern("update purchase set total = 5 where order_id = 'ord_1'");
            rig.awaitEverythingThrough();
            assertThat(number(shop.legacyUrl, "select cents from orders where id = 1"))
                    .isEqualTo(500);
            assertThat(rig.rogues).isEmpty();
        }
    }

    @Test
    void aSliceThatStandsStillAppliesNothingUntilItGoesOn() throws Exception {
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofSeconds(30)))
                    .isTrue();
            shop.fillLegacy(1);
            // No fence comes through what stands still.
            assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(300)))
                    .isFalse();
            assertThat(number(shop.modernUrl, "select count(*) from purchase")).isZero();
            rig.feeds.goOn(Shop.ORDERS);
            rig.awaitEverythingThrough();
            assertThat(differing(1)).isEmpty();
        }
    }

    @Test
    void whereNothingIsCarriedTheRowsWait() throws Exception {
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            rig.replicates = false;
            FeedRig.await(() -> rig.status(0).state() == FeedState.IDLE);
            shop.fillLegacy(4);
            assertThat(rig.status(0).lag()).isEmpty();
            assertThat(number(shop.legacyUrl, "select count(*) from outbox")).isEqualTo(4);
            rig.replicates = true;
            rig.awaitEverythingThrough();
            assertThat(differing(4)).isEmpty();
        }
    }

    @Test
    void aStoreThatIsAwayHoldsTheFeedAndTheRowsBack() throws Exception {
        shop.fillLegacy(4);
        shop.modern("alter table purchase rename to gone");
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(number(shop.legacyUrl, "select count(*) from outbox")).isEqualTo(4);
            shop.modern("alter table gone rename to purchase");
            rig.awaitEverythingThrough();
            assertThat(differing(4)).isEmpty();
            assertThat(number(shop.legacyUrl, "select count(*) from outbox")).isZero();
        }
    }

    @Test
    void whatTheFollowerRefusesIsOwedAndStopsNothingElse() throws Exception {
        shop.modern("create unique index one_total on purchase (total)");
        shop.fillLegacy(4);
        shop.legacy("update orders set cents = (select cents from orders where id = 1) where id = 2");
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            rig.awaitEverythingThrough();
            assertThat(differing(4)).hasSize(1);
            assertThat(rig.owed).hasSize(1).first().asString().contains("refused entity");
            assertThat(rig.status(0).refused()).isPositive();
            assertThat(number(shop.legacyUrl, "select count(*) from outbox")).isZero();
        }
    }

    @Test
    void aRowWithoutAKeyIsOwed() throws Exception {
        shop.legacy("insert into outbox (entity_id) values (null)");
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).hasSize(1).first().asString().contains("without an entity key");
        }
    }

    @Test
    void aKeyThatNoEntityCanHaveIsOwed() throws Exception {
        shop.fillLegacy(1);
        shop.legacy("insert into outbox (entity_id) values ('customer-7')");
        try (FeedRig rig = FeedRig.start(shop, outbox(Side.LEGACY))) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed)
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("customer-7", "no entity of the slice can have");
        }
    }

    @Test
    void whatWasNotSaidToBeAppliedIsGivenAgain() throws Exception {
        shop.fillLegacy(2);
        Outbox spec = (Outbox) outbox(Side.LEGACY).source();
        try (Feed feed = OutboxFeed.source("test", spec, Pause.SLEEP).open().feed()) {
            assertThat(keys(feed.poll(10, Duration.ZERO))).containsExactly("1", "2");
        }
        try (Feed again = OutboxFeed.source("test", spec, Pause.SLEEP).open().feed()) {
            assertThat(keys(again.poll(10, Duration.ZERO))).containsExactly("1", "2");
            again.applied();
            assertThat(keys(again.poll(10, Duration.ZERO))).isEmpty();
        }
    }

    @Test
    void aRowThatIsCommittedAfterHigherOnesIsNotPassedBy() throws Exception {
        String url = Postgres.database();
        Shop.sql(url, "create table outbox (id bigserial primary key, entity_id text, changed_by text)");
        FeedSpec spec = feed(Side.LEGACY, url, Optional.empty());
        try (Connection slow = DriverManager.getConnection(url);
                Feed feed = OutboxFeed.source("test", (Outbox) spec.source(), Pause.SLEEP)
                        .open()
                        .feed()) {
            slow.setAutoCommit(false);
            slow.createStatement().execute("insert into outbox (entity_id) values ('early')");
            Shop.sql(url, "insert into outbox (entity_id) values ('late')");
            feed.mark("before");
            Polled first = feed.poll(10, Duration.ZERO);
            assertThat(keys(first)).containsExactly("late");
            assertThat(first.markers()).isEqualTo(Set.of("before"));
            feed.applied();
            slow.commit();
            assertThat(keys(feed.poll(10, Duration.ZERO))).containsExactly("early");
            feed.applied();
            assertThat(feed.waiting()).hasValue(0);
        }
    }

    private static List<String> keys(Polled polled) {
        return polled.changes().stream()
                .map(Change::key)
                .map(key -> key.orElseThrow().value())
                .toList();
    }

    private List<EntityKey> differing(int orders) {
        List<EntityKey> keys = java.util.stream.LongStream.rangeClosed(1, orders)
                .mapToObj(Shop::key)
                .toList();
        try (DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            return switch (plane.compare(Shop.ORDERS, keys)) {
                case Compared.Differing differing -> differing.keys();
                case Compared.Unavailable unavailable -> throw new AssertionError(unavailable.reason());
            };
        }
    }

    private static long number(String url, String query) throws SQLException {
        return Shop.number(url, query);
    }
}
