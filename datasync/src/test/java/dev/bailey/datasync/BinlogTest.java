package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.feed.run.FeedState;
import dev.bailey.datasync.feed.run.RogueWrite;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Capturing from a real MariaDB server's binary log. The modern side is MariaDB, legacy is SQLite. */
class BinlogTest {

    private static final String MARKERS = "bailey_shop_orders_capture_modern";
    private static final String POSITION = Shop.ORDERS + "/capture-modern/offsets";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    static int port;

    String database;

    @TempDir
    Path folder;

    String legacy;
    String modern;
    DataSpec data;

    @BeforeAll
    static void startServer() {
        port = Maria.withBinaryLog("--slave-connections-needed-for-purge=0");
    }

    @BeforeEach
    void open() {
        legacy = "jdbc:sqlite:" + folder.resolve("legacy.db");
        Shop.sql(legacy, "create table orders (id integer primary key, total integer not null)");
        database = "shop" + DATABASES.incrementAndGet();
        Shop.sql(Maria.url(port, "mysql"), "create database " + database + " character set utf8mb4");
        modern = Maria.url(port, database);
        modern("create table purchase (total bigint not null, order_id bigint primary key)");
        data = data(modern);
    }

    private DataSpec data(String modernUrl) {
        return new DataSpec(
                "id",
                Optional.empty(),
                store(legacy, "select id, total from orders", "orders", "id"),
                store(modernUrl, "select order_id as id, total from purchase", "purchase", "order_id"));
    }

    private static SqlStore store(String url, String read, String table, String id) {
        WriteTable write = new WriteTable(table, Map.of("id", id, "total", "total"), Map.of(), Map.of());
        return new SqlStore(url, "", "", read, Map.of(), Optional.of(write));
    }

    private static FeedSpec capture(String url) {
        Capture capture = new Capture(
                new Login(url, "", ""), Map.of("purchase", KeyNames.of("Order_Id")), Map.of(), Optional.empty());
        return new FeedSpec("capture-modern", Side.MODERN, 500, capture);
    }

    private FeedRig start(Plane.Kept memory) {
        FeedRig rig = FeedRig.start(data, memory, capture(modern));
        rig.authority = Side.MODERN;
        return rig;
    }

    /** What is kept of a feed that has come to stand somewhere. */
    private Plane.Kept standing() throws InterruptedException {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            FeedRig.await(() -> {
                rig.awaitEverythingThrough();
                return rig.memory.load(POSITION).orElseThrow().length() > "{}".length();
            });
        }
        return memory;
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aPlanNamesWhatServerAndUserLack() throws Exception {
        assertThat(planned(modern)).isEmpty();
        String admin = Maria.url(port, "mysql");
        Shop.sql(admin, "create or replace user reader@127.0.0.1 identified by 'secret'");
        Shop.sql(admin, "grant select on " + database + ".* to reader@127.0.0.1");
        String reader = modern.replace("user=root", "user=reader&password=secret");
        assertThat(planned(reader))
                .hasSize(2)
                .anyMatch(what -> what.endsWith("grant replication slave on *.* to it"))
                .anyMatch(what -> what.endsWith("grant binlog monitor on *.* to it"));
        Shop.sql(admin, "grant replication slave, binlog monitor on *.* to reader@127.0.0.1");
        assertThat(planned(reader)).isEmpty();
        Shop.sql(admin, "set global binlog_format = 'MIXED'");
        try {
            assertThat(planned(reader)).singleElement().asString().contains("binlog_format is MIXED (expected ROW)");
        } finally {
            Shop.sql(admin, "set global binlog_format = 'ROW'");
        }
    }

    private List<String> planned(String url) throws InterruptedException {
        return StorePlans.of(Plane.spec(data, List.of(capture(url))), System::nanoTime, () -> "1")
                .getFirst()
                .problems()
                .stream()
                .map(StoreProblem::toString)
                .toList();
    }

    @Test
    void whatIsChangedPastTheGatewayIsCapturedFromTheLogAndGoesOnWhereItStood() throws Exception {
        Plane.Kept memory = new Plane.Kept();
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(rig.owed).isNotEmpty().allMatch(reason -> reason.contains("began anew"));
            modern("insert into purchase (order_id, total) values (1, 5), (2, 6)");
            rig.awaitEverythingThrough();
            assertThat(orders()).isEqualTo(2);
        }
        // While nobody listens the log keeps what happens.
        modern("delete from purchase where order_id = 2");
        modern("update purchase set order_id = 3 where order_id = 1");
        modern("alter table purchase add column note varchar(10) first");
        modern("insert into purchase (order_id, total) values (4, 7)");
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(legacy("select group_concat(id) = '3,4' from (select id from orders order by id)"))
                    .isEqualTo(1);
            // What became of the rows when the table was changed is told by nobody.
            assertThat(rig.owed).hasSize(1).allMatch(reason -> reason.contains("without an entity key"));
            assertThat(rig.status(0).lost()).isZero();
            FeedRig.await(() -> rig.status(0).logBytes().isPresent());

            rig.replicates = false;
            FeedRig.await(() -> number("select count(*) from information_schema.tables where table_name = '" + MARKERS
                            + "' and table_schema = database()")
                    == 0);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void killedAmongRowsOfOneTransactionItPassesNoneBy() throws Exception {
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
            modern("insert into purchase (order_id, total) select seq, 5 from seq_1_to_" + rows);
            FeedRig.await(() -> given.get() > 0);
        }
        memory.failing = (_, _) -> false;
        Shop.sql(legacy, "delete from orders where id > " + given.get());
        try (FeedRig rig = start(memory)) {
            rig.awaitEverythingThrough();
            assertThat(orders()).isEqualTo(rows);
            assertThat(rig.status(0).lost()).isZero();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aLogThatWasPurgedIsOwedLoudlyAndTheFeedBeginsAnew() throws Exception {
        Plane.Kept memory = standing();
        modern("insert into purchase (order_id, total) values (1, 5)");
        FeedRig.await(
                () -> { // the server keeps what it still sends to a reader that has gone
                    modern("flush binary logs");
                    String newest = text("show binlog status");
                    modern("purge binary logs to '" + newest + "'");
                    return text("show binary logs").equals(newest);
                });
        try (FeedRig rig = start(memory)) {
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("lost changes", "was purged before it was read");
            rig.awaitEverythingThrough();
            modern("insert into purchase (order_id, total) values (2, 6)");
            rig.awaitEverythingThrough();
            // The one of the gap is for the reconcile that is owed.
            assertThat(legacy("select group_concat(id) = '2' from orders")).isEqualTo(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aLogThatWasBegunAnewIsOwedLoudly() throws Exception {
        Plane.Kept memory = standing();
        modern("reset master");
        modern("insert into purchase (order_id, total) values (1, 5)");
        modern("flush binary logs");
        modern("flush binary logs");
        try (FeedRig rig = start(memory)) {
            FeedRig.await(() -> rig.status(0).lost() == 1);
            assertThat(rig.owed).first().asString().contains("lost changes");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTableThatWasPutInAnothersPlaceIsOwedLoudly() throws Exception {
        try (FeedRig rig = start(new Plane.Kept())) {
            rig.awaitEverythingThrough();
            rig.owed.clear();
            modern("create table copied like purchase");
            modern("rename table purchase to purchase_was, copied to purchase");
            modern("insert into purchase (order_id, total) values (1, 5)");
            FeedRig.await(() -> !rig.owed.isEmpty());
            rig.awaitEverythingThrough();
            modern("insert into purchase (order_id, total) values (2, 6)");
            rig.awaitEverythingThrough();
            assertThat(legacy("select count(*) from orders where id = 2")).isEqualTo(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aRogueWriterIsFoundWithTableAndTransactionAndEchoesAreNot() throws Exception {
        Shop.sql(legacy, "insert into orders values (1, 11), (2, 21), (3, 31)");
        try (FeedRig rig = start(new Plane.Kept())) {
            rig.authority = Side.LEGACY;
            rig.awaitEverythingThrough();
            try (DataPlane plane = Plane.open(data, new Plane.Kept())) {
                plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(Shop.key(1), Shop.key(2), Shop.key(3)));
            }
            rig.awaitEverythingThrough();
            assertThat(rig.status(0).changes()).isPositive();
            assertThat(rig.rogues).isEmpty();
            modern("update purchase set total = 99 where order_id = 2");
            FeedRig.await(() -> !rig.rogues.isEmpty());
            RogueWrite rogue = rig.rogues.getFirst();
            assertThat(rogue.key()).isEqualTo("2");
            assertThat(rogue.table()).contains("purchase");
            assertThat(rogue.transaction()).isPresent();
            assertThat(rogue.at()).isPresent();
            rig.awaitEverythingThrough();
            assertThat(number("select total from purchase where order_id = 2")).isEqualTo(21);
            assertThat(rig.rogues).hasSize(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatTheServerMustHaveIsSaidWithTheRemedy() throws Exception {
        String without = Maria.database();
        Shop.sql(without, "create table purchase (total bigint not null, order_id bigint primary key)");
        try (FeedRig rig = FeedRig.start(data(without), new Plane.Kept(), capture(without))) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message()).contains("the binary log is off (expected log_bin)");
            assertThat(rig.feeds.awaitFence(Shop.ORDERS, Duration.ofMillis(200)))
                    .isFalse();
        }
        modern("create table customer (id bigint primary key)");
        modern(
                "alter table purchase add column customer_id bigint, add constraint of_customer foreign key (customer_id)"
                        + " references customer (id) on delete cascade");
        try (FeedRig rig = start(new Plane.Kept())) {
            FeedRig.await(() -> rig.status(0).state() == FeedState.FAILING);
            assertThat(rig.status(0).message())
                    .contains("foreign key of_customer", "add " + database + ".customer to tables");
        }
    }

    /** With semi-synchronous replication a transaction is in the log long before it can be seen. */
    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatIsToldBeforeItCanBeSeenIsAppliedWhenItCan() throws Exception {
        try (FeedRig rig = start(standing())) {
            rig.awaitEverythingThrough();
            modern("set global rpl_semi_sync_master_timeout = 3000");
            modern("set global rpl_semi_sync_master_wait_point = 'AFTER_SYNC'");
            modern("set global rpl_semi_sync_master_enabled = 1");
            modern("insert into purchase (order_id, total) values (1, 5)"); // waits for a replica, which is not there
            rig.awaitEverythingThrough();
            assertThat(orders()).isEqualTo(1);
        } finally {
            modern("set global rpl_semi_sync_master_enabled = 0");
        }
    }

    private void modern(String statement) {
        Shop.sql(modern, statement);
    }

    private long orders() {
        try {
            return legacy("select count(*) from orders");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long legacy(String query) throws SQLException {
        return Shop.number(legacy, query);
    }

    private long number(String query) throws SQLException {
        return Shop.number(modern, query);
    }

    private String text(String query) throws SQLException {
        try (var connection = java.sql.DriverManager.getConnection(modern);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
