package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.feed.run.FeedState;
import dev.bailey.datasync.feed.run.RogueWrite;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.KeyNames;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Capturing from a real PostgreSQL's log. The modern side is PostgreSQL; what it tells depends on who owns the entities. */
class CaptureTest {

    private static final String SLOT = "bailey_shop_orders_capture_modern";

    private static final String POSITION = Shop.ORDERS + "/capture-modern/offsets";

    static EmbeddedPostgres server;

    @TempDir
    Path folder;

    Shop shop;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("max_slot_wal_keep_size", "1MB")
                .start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() throws SQLException {
        String admin = server.getJdbcUrl("postgres", "postgres");
        Shop.sql(admin, "create database shop");
        shop = Shop.with(folder, server.getJdbcUrl("postgres", "shop"));
        shop.modern("alter table purchase_line replica identity full");
    }

    @AfterEach
    void close() throws SQLException {
        shop.close();
        for (String sql : new String[] {
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active",
            "drop database shop with (force)"
        }) {
            Shop.sql(server.getJdbcUrl("postgres", "postgres"), sql);
        }
    }

    private static FeedSpec capture(Shop shop) {
        return capture(shop, "purchase", "purchase_line");
    }

    private static FeedSpec capture(Shop shop, String... tables) {
        return new FeedSpec(
                "capture-modern",
                Side.MODERN,
                500,
                new Capture(
                        new Login(shop.modernUrl, "", ""),
                        Arrays.stream(tables).collect(Collectors.toMap(table -> table, _ -> KeyNames.of("order_id"))),
                        Arrays.stream(tables).collect(Collectors.toMap(table -> table, _ -> "ord_(.*)")),
                        Optional.empty()));
    }

    /** What is kept of a feed that has come to stand somewhere. */
    private Plane.Kept standing() throws InterruptedException {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            stand(rig);
        }
        return memory;
    }

    private static void stand(FeedRig rig) throws InterruptedException {
        rig.awaitEverythingThrough();
        FeedRig.await(() -> {
            rig.awaitEverythingThrough();
            return rig.memory.load(POSITION).orElseThrow().length() > "{}".length();
        });
        rig.owed.clear();
    }

    private FeedRig start(Plane.Kept memory) {
        FeedRig rig = FeedRig.start(shop.data, memory, capture(shop));
        rig.authority = Side.MODERN;
        return rig;
    }

    @Test
    void whatIsChangedPastTheGatewayIsCapturedFromTheLogAndGoesOnWhereItStood() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isNotEmpty().allMatch(reason -> reason.contains("began anew"));
            shop.modern(
                    "insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5), ('ord_2', 'bob', 6)");
            shop.modern("insert into purchase_line values ('ord_1', 'a', 1, 2.5)");
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from orders")).isEqualTo(2);
            assertThat(legacy("select count(*) from line where order_id = 1")).isEqualTo(1);
        }
        // While nobody listens the slot keeps what happens.
        shop.modern("delete from purchase where order_id = 'ord_2'");
        shop.modern("update purchase_line set order_id = 'ord_3' where order_id = 'ord_1'");
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_3', 'cat', 7)");
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isEmpty();
            assertThat(legacy("select count(*) from orders where id in (1, 3)")).isEqualTo(2);
            assertThat(legacy("select count(*) from orders")).isEqualTo(2);
            // Both the order it left and the order it came to.
            assertThat(legacy("select count(*) from line where order_id = 1")).isZero();
            assertThat(legacy("select count(*) from line where order_id = 3")).isEqualTo(1);
            assertThat(rig.status(0).state()).isIn(FeedState.RUNNING, FeedState.CATCHING_UP);

            // Where the slice carries nothing any more, the database must not keep its log for it.
            rig.replicates = false;
            FeedRig.await(
                    () -> modern("select count(*) from pg_replication_slots where slot_name = '" + SLOT + "'") == 0);
            FeedRig.await(() -> modern("select count(*) from pg_publication where pubname = '" + SLOT + "'") == 0);
        }
    }

    @Test
    void anOutboxIsCapturedAlsoWhereTheTransactionThatFillsItEmptiesItAgain() throws Exception {
        shop.modern("create table outbox (id bigserial primary key, entity text not null)");
        shop.modern("alter table outbox replica identity full");
        Capture capture = new Capture(
                new Login(shop.modernUrl, "", ""),
                Map.of("outbox", KeyNames.of("entity")),
                Map.of("outbox", "ord_(.*)"),
                Optional.empty());
        FeedSpec feed = new FeedSpec("capture-modern", Side.MODERN, 500, capture);
        try (FeedRig rig = FeedRig.start(shop.data, new Plane.Kept(), feed)) {
            rig.authority = Side.MODERN;
            stand(rig);
            shop.modern(
                    "begin; with changed as (insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)"
                            + " returning order_id) insert into outbox (entity) select order_id from changed; delete from outbox; commit");
            rig.awaitEverythingThrough();
            assertThat(legacy("select group_concat(id) = '1' from orders")).isEqualTo(1);
            assertThat(modern("select count(*) from outbox")).isZero();
            assertThat(rig.owed).isEmpty();
        }
    }

    @Test
    void aSlotThatIsGoneIsOwedLoudlyAndTheFeedBeginsAnew() throws Exception {
        Plane.Kept memory = standing();
        shop.modern("select pg_drop_replication_slot('" + SLOT + "')");
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
        try (FeedRig rig = start(memory)) {
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("lost changes", SLOT, "is gone from the database");
            rig.awaitEverythingThrough();
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_2', 'bob', 6)");
            rig.awaitEverythingThrough();
            // The one of the gap is for the reconcile that is owed.
            assertThat(legacy("select group_concat(id) = '2' from orders")).isEqualTo(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aSlotThatTheServerInvalidatedIsOwedLoudly() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
        }
        FeedRig.await(() -> {
            for (int i = 0; i < 3; i++) {
                shop.modern("select pg_logical_emit_message(false, 'x', repeat('y', 1000000))");
                shop.modern("select pg_switch_wal()");
            }
            shop.modern("checkpoint");
            return modern("select count(*) from pg_replication_slots where slot_name = '" + SLOT
                            + "' and wal_status = 'lost'")
                    == 1;
        });
        try (FeedRig rig = start(memory)) {
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("invalidated");
            rig.awaitEverythingThrough();
        }
    }

    @Test
    void aRogueWriterIsFoundWithTableAndTransactionAndEchoesAreNot() throws Exception {
        shop.fillLegacy(3);
        try (FeedRig rig = start(new Plane.Kept())) {
            rig.authority = Side.LEGACY;
            rig.awaitEverythingThrough();
            try (DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
                plane.refresh(Shop.ORDERS, Side.LEGACY, java.util.List.of(Shop.key(1), Shop.key(2), Shop.key(3)));
            }
            rig.awaitEverythingThrough();
            assertThat(rig.status(0).changes()).isPositive();
            assertThat(rig.rogues).isEmpty();
            shop.modern("update purchase set total = 99 where order_id = 'ord_2'");
            FeedRig.await(() -> !rig.rogues.isEmpty());
            RogueWrite rogue = rig.rogues.getFirst();
            assertThat(rogue.key()).isEqualTo("2");
            assertThat(rogue.table()).contains("purchase");
            assertThat(rogue.transaction()).isPresent();
            assertThat(rogue.at()).isPresent();
            rig.awaitEverythingThrough();
            assertThat(modern("select (total * 100)::bigint from purchase where order_id = 'ord_2'"))
                    .isEqualTo(21);
            assertThat(rig.rogues).hasSize(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aPublicationThatIsGoneIsOwedBeforeAnyFenceComesThrough() throws Exception {
        try (FeedRig rig = start(new Plane.Kept())) {
            rig.awaitEverythingThrough();
            rig.owed.clear();
            shop.modern("drop publication " + SLOT);
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
            rig.awaitEverythingThrough();
            assertThat(rig.owed).first().asString().contains("lost changes", "publication " + SLOT);
            assertThat(rig.status(0).lost()).isEqualTo(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTableThatWasMadeAnewIsOwedBeforeAnyFenceComesThrough() throws Exception {
        try (FeedRig rig = start(new Plane.Kept())) {
            rig.awaitEverythingThrough();
            rig.owed.clear();
            shop.modern("create table other (like purchase_line including all)");
            shop.modern("drop table purchase_line");
            shop.modern("alter table other rename to purchase_line");
            shop.modern("alter table purchase_line replica identity full");
            shop.modern("insert into purchase_line values ('ord_1', 'a', 1, 2.5)");
            rig.awaitEverythingThrough();
            assertThat(rig.owed).first().asString().contains("lost changes", "a table in it");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aSlotThatSomebodyMadeAnewIsOwedLoudly() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
        }
        shop.modern("select pg_drop_replication_slot('" + SLOT + "')");
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
        shop.modern("select pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
        try (FeedRig rig = start(memory)) {
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("lost changes", "made anew");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void killedBeforeAPositionWasKeptItOwesAgain() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
        }
        memory.save(POSITION, "{}");
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isNotEmpty().allMatch(reason -> reason.contains("began anew"));
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void killedAfterApplyingAndBeforeKeepingThePositionItTellsTheSameAgain() throws Exception {
        Plane.Kept memory = standing();
        memory.failing = (id, _) -> id.startsWith(POSITION) && orders() > 0; // applied, and killed before it was kept
        try (FeedRig rig = start(memory)) {
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
            FeedRig.await(() -> legacy("select count(*) from orders") == 1);
        }
        memory.failing = (_, _) -> false;
        Shop.sql(shop.legacyUrl, "delete from orders");
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from orders")).isEqualTo(1);
            assertThat(rig.owed).isEmpty();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aSlotThatBaileyItselfMovedOnBeforeThePositionWasKeptIsNoLoss() throws Exception {
        Plane.Kept memory = standing();
        long before = confirmed();
        memory.failing = (id, _) -> id.equals(POSITION);
        try (FeedRig rig = start(memory)) {
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
            rig.awaitEverythingThrough();
            rig.awaitEverythingThrough();
        }
        memory.failing = (_, _) -> false;
        assertThat(confirmed()).isGreaterThan(before);
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_2', 'bob', 6)");
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from orders")).isEqualTo(2);
            assertThat(rig.owed).isEmpty();
            assertThat(rig.status(0).lost()).isZero();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTableThatWasAddedIsOwedEvenWhenKilledBeforeTheDebtWasWrittenDown() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = FeedRig.start(shop.data, memory, capture(shop, "purchase"))) {
            rig.authority = Side.MODERN;
            stand(rig);
        }
        try (FeedRig rig = FeedRig.open(shop.data, memory, capture(shop))) {
            rig.books = false;
            rig.feeds.start();
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message()).contains("debt could not be written down");
        }
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isNotEmpty().allMatch(reason -> reason.contains("began anew"));
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void killedWhileItLetsGoItMissesNothingThatIsGone() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            stand(rig);
            memory.failing = (id, text) -> id.equals(POSITION) && text.isEmpty();
            rig.replicates = false;
            FeedRig.await(() -> modern("select count(*) from pg_publication") == 0);
        }
        memory.failing = (_, _) -> false;
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isNotEmpty().allMatch(reason -> reason.contains("began anew"));
            rig.replicates = false;
            FeedRig.await(() -> rig.status(0).state() == FeedState.IDLE);
            assertThat(modern("select count(*) from pg_replication_slots")).isZero();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatHappensInPartitionsIsToldOfTheirTable() throws Exception {
        shop.modern("drop table purchase_line");
        shop.modern("create table purchase_line (order_id text, sku text, quantity int, price numeric)"
                + " partition by list (sku)");
        shop.modern("create table line_a partition of purchase_line for values in ('a')");
        shop.modern("create table line_b partition of purchase_line for values in ('b')");
        shop.modern("alter table line_a replica identity full");
        try (FeedRig rig = start(new Plane.Kept())) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message()).contains("alter table line_b replica identity full");
            shop.modern("alter table line_b replica identity full");
            rig.awaitEverythingThrough();
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
            rig.awaitEverythingThrough();
            shop.modern("insert into line_a values ('ord_1', 'a', 1, 2.5)");
            shop.modern("insert into purchase_line values ('ord_1', 'b', 1, 2.5)");
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from line where order_id = 1")).isEqualTo(2);
            shop.modern("delete from line_a");
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from line where order_id = 1")).isEqualTo(1);
        }
    }

    /** The log tells of a transaction before it can be seen; one that waits for a standby, long before. */
    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatIsToldBeforeItCanBeSeenIsAppliedWhenItCan() throws Exception {
        try (FeedRig rig = FeedRig.start(shop.data, standing(), capture(shop))) {
            rig.authority = Side.MODERN;
            rig.awaitEverythingThrough();
            shop.modern("alter database shop set synchronous_commit = local"); // but for who says otherwise
            standbys("nobody");
            Thread writer = Thread.ofVirtual()
                    .start(() -> Shop.sql(
                            shop.modernUrl + "&options=-c%20synchronous_commit=on",
                            "insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)"));
            FeedRig.await(() -> modern("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == 1
                    && modern("select count(*) from pg_stat_replication where sent_lsn >= pg_current_wal_flush_lsn()")
                            == 1);
            assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(700)))
                    .isFalse();
            assertThat(orders()).isZero();
            standbys("");
            writer.join();
            rig.awaitEverythingThrough();
            assertThat(orders()).isEqualTo(1);
        } finally {
            standbys("");
        }
    }

    private static void standbys(String names) {
        String admin = server.getJdbcUrl("postgres", "postgres");
        Shop.sql(admin, "alter system set synchronous_standby_names = '" + names + "'");
        Shop.sql(admin, "select pg_reload_conf()");
    }

    /** The log tells the names the database has, which are not always those that were written down. */
    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTableIsFoundByTheNameThatSqlTakesItForAndTellsUnderItsOwn() throws Exception {
        shop.modern("create schema other");
        shop.modern("alter table purchase_line set schema other");
        shop.modern("alter table purchase_line rename to \"Line\"".replace("purchase_line", "other.purchase_line"));
        shop.modern("alter table other.\"Line\" rename order_id to \"OrderId\"");
        shop.modern("create view purchase_line as select \"OrderId\" as order_id, sku, quantity, price from"
                + " other.\"Line\"");
        shop.modern("alter database shop set search_path = public, other");
        FeedSpec feed = new FeedSpec(
                "capture-modern",
                Side.MODERN,
                500,
                new Capture(
                        new Login(shop.modernUrl, "", ""),
                        Map.of("Purchase", KeyNames.of("Order_Id"), "Line", KeyNames.of("OrderId")),
                        Map.of("Purchase", "ord_(.*)", "Line", "ord_(.*)"),
                        Optional.empty()));
        try (FeedRig rig = FeedRig.start(shop.data, new Plane.Kept(), feed)) {
            rig.authority = Side.MODERN;
            rig.awaitEverythingThrough();
            rig.owed.clear();
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
            rig.awaitEverythingThrough();
            assertThat(orders()).isEqualTo(1);
            shop.modern("insert into other.\"Line\" values ('ord_1', 'a', 1, 2.5)");
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from line where order_id = 1")).isEqualTo(1);
            assertThat(rig.owed).isEmpty();

            // Under its new name it is none that was declared.
            shop.modern("alter table other.\"Line\" rename to line_was");
            shop.modern("insert into other.line_was values ('ord_1', 'b', 1, 2.5)");
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("lost changes");
            FeedRig.await(() -> rig.status(0).message().contains("there is no table Line"));
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTableThatOthersInheritFromOrThatMayBeTwoIsRefusedWithTheRemedy() throws Exception {
        shop.modern("create table \"Purchase\" (order_id text primary key)");
        shop.modern("create table purchase_of_2025 (primary key (order_id)) inherits (purchase)");
        try (FeedRig rig = FeedRig.start(shop.data, new Plane.Kept(), capture(shop, "Purchase"))) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message())
                    .contains("table Purchase may be \"Purchase\" or purchase; write the one that is meant in quotes");
        }
        try (FeedRig rig = FeedRig.start(shop.data, new Plane.Kept(), capture(shop, "purchase"))) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message()).contains("purchase_of_2025 inherits from purchase", "add it to tables");
        }
    }

    /** Rows that are copied at once share their position in the log. */
    @Test
    void killedAmongRowsThatWereWrittenAtOnceItPassesNoneBy() throws Exception {
        int rows = 2500;
        AtomicLong given = new AtomicLong();
        Plane.Kept memory = standing();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            AtomicInteger kept = new AtomicInteger();
            // Killed behind the first position that was kept since the transaction was given in part.
            memory.failing = (id, _) -> {
                if (id.equals(POSITION) && orders() > 0 && kept.incrementAndGet() == 1) {
                    given.set(orders());
                    return false;
                }
                return id.startsWith(POSITION) && kept.get() > 0;
            };
            shop.modern("copy purchase (order_id, customer_id, total) from program 'seq 1 " + rows
                    + " | sed \"s/.*/ord_&\tann\t5/\"'");
            FeedRig.await(() -> given.get() > 0);
        }
        memory.failing = (_, _) -> false;
        Shop.sql(shop.legacyUrl, "delete from orders where id > " + given.get());
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(orders()).isEqualTo(rows);
        }
    }

    /** Up to where the database may forget its log. */
    private long confirmed() throws SQLException {
        return modern("select (confirmed_flush_lsn - '0/0'::pg_lsn)::bigint from pg_replication_slots");
    }

    private long orders() {
        try {
            return legacy("select count(*) from orders");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aDatabaseThatRestartsTellsOnFromWhereItStood() throws Exception {
        EmbeddedPostgres own = own(0, "logical");
        try (Shop there = shop(own)) {
            try (FeedRig rig = FeedRig.start(there.data, new Plane.Kept(), capture(there))) {
                rig.authority = Side.MODERN;
                rig.awaitEverythingThrough();
                rig.owed.clear();
                there.modern("insert into purchase (order_id, customer_id, total) values ('ord_1', 'ann', 5)");
                own.close();
                FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
                assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(200)))
                        .isFalse();
                own = own(own.getPort(), "logical");
                there.modern("insert into purchase (order_id, customer_id, total) values ('ord_2', 'bob', 6)");
                rig.awaitEverythingThrough();
                assertThat(Shop.number(there.legacyUrl, "select count(*) from orders"))
                        .isEqualTo(2);
                assertThat(rig.owed).isEmpty();
                assertThat(rig.status(0).lost()).isZero();
            }
        } finally {
            own.close();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aDatabaseWithoutALogicalLogIsRefusedWithTheRemedy() throws Exception {
        try (EmbeddedPostgres own = own(0, "replica");
                Shop there = shop(own);
                FeedRig rig = FeedRig.start(there.data, new Plane.Kept(), capture(there))) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message()).contains("wal_level is replica (expected logical)");
            assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(200)))
                    .isFalse();
        }
    }

    private EmbeddedPostgres own(int port, String level) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("own"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("wal_level", level)
                .start();
    }

    private Shop shop(EmbeddedPostgres own) throws Exception {
        Shop.sql(own.getJdbcUrl("postgres", "postgres"), "create database shop");
        Path there = Files.createDirectory(folder.resolve("there"));
        Shop found = Shop.with(there, own.getJdbcUrl("postgres", "shop"));
        found.modern("alter table purchase_line replica identity full");
        return found;
    }

    @Test
    void whatAFeedMadeThatIsTakenOutOfTheFileIsDropped() throws Exception {
        Plane.Kept memory = standing();
        assertThat(modern("select count(*) from pg_replication_slots")).isEqualTo(1);
        try (FeedRig rig = FeedRig.start(shop.data, memory)) {
            FeedRig.await(() -> rig.feeds.statuses().isEmpty());
            assertThat(modern("select count(*) from pg_replication_slots")).isZero();
            assertThat(modern("select count(*) from pg_publication")).isZero();
        }
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).as("what was written meanwhile is owed").isNotEmpty();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void theSlotOfAFeedWhoseDatabaseGotAnotherAddressStays() throws Exception {
        Plane.Kept memory = standing();
        FeedSpec before = capture(shop);
        Capture capture = (Capture) before.source();
        String address = capture.login().jdbc().replace("//localhost:", "//127.0.0.1:");
        assertThat(address).isNotEqualTo(capture.login().jdbc());
        FeedSpec moved = new FeedSpec(
                before.name(),
                before.side(),
                before.batch(),
                new Capture(new Login(address, "", ""), capture.tables(), capture.patterns(), capture.slot()));
        try (FeedRig rig = FeedRig.start(shop.data, memory, moved)) {
            rig.awaitEverythingThrough();
            assertThat(rig.feeds.statuses()).hasSize(1);
            assertThat(rig.owed).isEmpty();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatCannotBeDroppedIsSaidWithTheRemedyUntilItIsGone() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig reading = start(memory)) {
            stand(reading);
            try (FeedRig rig = FeedRig.start(shop.data, memory)) {
                FeedRig.await(() -> rig.status(0).message().contains("is active for PID"));
                assertThat(rig.status(0).state()).isEqualTo(FeedState.FAILING);
                assertThat(rig.status(0).name()).isEqualTo("capture-modern");
                assertThat(rig.status(0).message())
                        .contains("taken out of the file", "select pg_drop_replication_slot('bailey_shop_orders_");
                reading.close();
                FeedRig.await(() -> rig.feeds.statuses().isEmpty());
                assertThat(modern("select count(*) from pg_replication_slots")).isZero();
            }
        }
    }

    @Test
    void aTableThatWouldNotTellItsKeyIsRefusedWithTheRemedy() {
        shop.modern("alter table purchase_line replica identity default");
        try (FeedRig rig = start(new Plane.Kept())) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message()).contains("alter table purchase_line replica identity full");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aPlanNamesEveryRightThatIsMissing() throws Exception {
        shop.modern("alter table purchase_line replica identity default");
        assertThat(planned(capture(shop)))
                .singleElement()
                .asString()
                .startsWith("slice orders, modern: feed capture-modern: ")
                .contains("alter table purchase_line replica identity full");
        shop.modern("alter table purchase_line replica identity full");
        assertThat(planned(capture(shop))).isEmpty();
        shop.modern("drop role if exists reader");
        shop.modern("create role reader login password 'secret'");
        FeedSpec reader = as(capture(shop), "reader");
        assertThat(planned(reader))
                .hasSize(4)
                .allMatch(what -> what.contains("user reader may not"))
                .anyMatch(what -> what.endsWith("alter role reader replication"))
                .anyMatch(what -> what.endsWith("grant create on database shop to reader"))
                .anyMatch(what -> what.endsWith(
                        "may not publish table public.purchase, only its owner may; grant" + " postgres to reader"));
        shop.modern("alter role reader replication");
        shop.modern("grant create on database shop to reader");
        shop.modern("grant postgres to reader");
        assertThat(planned(reader)).isEmpty();
    }

    @Test
    void aPlanTakesTheRoleOfRdsForTheRightToReplicate() throws Exception {
        shop.modern("create role rds_replication");
        shop.modern("create role rds_reader login password 'secret' in role rds_replication");
        try {
            assertThat(planned(as(capture(shop), "rds_reader")))
                    .isNotEmpty()
                    .noneMatch(what -> what.contains("may not replicate"));
            shop.modern("revoke rds_replication from rds_reader");
            assertThat(planned(as(capture(shop), "rds_reader"))).anyMatch(what -> what.contains("may not replicate"));
        } finally {
            shop.modern("drop role rds_reader");
            shop.modern("drop role rds_replication");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aPlanCountsNeitherSlotNorSenderThatTheFeedHasItself() throws Exception {
        try (EmbeddedPostgres own = EmbeddedPostgres.builder()
                        .setServerConfig("wal_level", "logical")
                        .setServerConfig("max_replication_slots", "1")
                        .setServerConfig("max_wal_senders", "1")
                        .start();
                Shop there = shop(own)) {
            FeedSpec feed = capture(there);
            try (FeedRig rig = FeedRig.start(there.data, new Plane.Kept(), feed)) {
                rig.authority = Side.MODERN;
                rig.awaitEverythingThrough();
                assertThat(Engine.rows(
                                there.modernUrl, "select obj_description(oid, 'pg_publication') from pg_publication"))
                        .as("whose it is")
                        .containsExactly("Bailey, migration shop");
                assertThat(planned(there, feed)).isEmpty();
                FeedSpec another = new FeedSpec("another", feed.side(), feed.batch(), feed.source());
                assertThat(planned(there, another))
                        .hasSize(2)
                        .anyMatch(what -> what.contains("all of max_replication_slots = 1 are taken"))
                        .anyMatch(what -> what.contains("all of max_wal_senders = 1 are taken"));
            }
        }
    }

    @Test
    void aPlanTellsOfSlotsThatAreOfNoFeedInTheFileAndHowToDropThoseThatAreKnownToBeItsOwn() throws Exception {
        for (String slot : List.of(
                "bailey_shop_orders_old",
                "bailey_shop_eu_orders_capture",
                "bailey_shop_untold",
                "bailey_shop_orders_capture_modern",
                "theirs")) {
            shop.modern("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        }
        shop.modern("create publication bailey_shop_orders_old for table purchase");
        shop.modern("comment on publication bailey_shop_orders_old is 'Bailey, migration shop'");
        shop.modern("create publication bailey_shop_eu_orders_capture for table purchase");
        shop.modern("comment on publication bailey_shop_eu_orders_capture is 'Bailey, migration shop-eu'");
        List<String> warnings =
                Objects.requireNonNull(plan(shop, capture(shop)).remarks().get(Side.MODERN)).warnings().stream()
                        .filter(warning -> warning.startsWith("replication slot "))
                        .toList();
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0))
                .startsWith("replication slot bailey_shop_orders_old is of no feed in the file")
                .contains("select pg_drop_replication_slot('bailey_shop_orders_old')");
        assertThat(warnings.get(1))
                .startsWith("replication slot bailey_shop_untold is of no feed in the file")
                .contains("another whose name begins with shop too")
                .doesNotContain("select pg_drop_replication_slot");
    }

    private static FeedSpec as(FeedSpec feed, String user) {
        Capture capture = (Capture) feed.source();
        String address = capture.login().jdbc().replaceAll("[?].*", "");
        return new FeedSpec(
                feed.name(),
                feed.side(),
                feed.batch(),
                new Capture(new Login(address, user, "secret"), capture.tables(), capture.patterns(), capture.slot()));
    }

    private static StorePlan plan(Shop shop, FeedSpec feed) throws InterruptedException {
        return StorePlans.of(Plane.spec(shop.data, List.of(feed)), System::nanoTime, () -> "1")
                .getFirst();
    }

    private List<String> planned(FeedSpec feed) throws InterruptedException {
        return planned(shop, feed);
    }

    private static List<String> planned(Shop shop, FeedSpec feed) throws InterruptedException {
        return plan(shop, feed).problems().stream().map(StoreProblem::toString).toList();
    }

    private long legacy(String query) throws SQLException {
        return Shop.number(shop.legacyUrl, query);
    }

    private long modern(String query) throws SQLException {
        return Shop.number(shop.modernUrl, query);
    }
}
