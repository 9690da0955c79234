package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** What is written soon after a question or not at all, whatever stands still and wherever. */
class TimedWritesTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String NAME = "bailey backfill-1/7";

    private final Flat flat = Flat.postgres(3);
    private final SqlEntityStore legacy = open(Side.LEGACY);
    private final SqlEntityStore modern = open(Side.MODERN);

    private SqlEntityStore open(Side side) {
        SqlStore store = (SqlStore)
                (side == Side.LEGACY ? flat.data().legacy() : flat.data().modern());
        return SqlEntityStore.open(ORDERS, side, flat.data(), store);
    }

    @AfterEach
    void close() {
        legacy.close();
        modern.close();
    }

    private List<Document> documents() throws StoreException {
        return legacy.scan(KeyRange.ALL, 10);
    }

    /** Until the server has ended it. */
    private void standStill() {
        Awaitility.await()
                .until(() -> Shop.number(
                                flat.modernUrl(),
                                "select count(*) from pg_stat_activity where application_name = '" + NAME + "'")
                        == 0);
    }

    @Test
    void whatIsWrittenInTimeStandsAndLeavesTheConnectionAsItWas() throws Exception {
        EntityStore timed = modern.timed(NAME, Duration.ofSeconds(10), () -> {}).orElseThrow();
        assertThat(timed.write(documents()).done()).hasSize(3);
        assertThat(flat.modern()).isEqualTo(flat.legacy());
        modern.endTimed(NAME);
        assertThat(modern.write(documents()).done()).hasSize(3);
    }

    @Test
    void nothingIsWrittenWhereTheAnswerIsNo() {
        EntityStore timed = modern.timed(NAME, SHORT, () -> {
                    throw new StoreException("no");
                })
                .orElseThrow();
        assertThatThrownBy(() -> timed.write(documents())).hasMessageContaining("no");
        assertThatThrownBy(() -> timed.delete(List.of(documents().getFirst().key())))
                .hasMessageContaining("no");
    }

    @Test
    void whoStandsStillAfterTheAnswerFindsTheTransactionEnded() throws Exception {
        EntityStore timed = modern.timed(NAME, SHORT, this::standStill).orElseThrow();
        assertThatThrownBy(() -> timed.write(documents())).isInstanceOf(StoreException.class);
        assertThat(flat.modern()).isEmpty();
    }

    /** Each statement is quick enough, and the server never waits long; all together took too long. */
    @Test
    void whatTookTooLongIsTakenBack() throws Exception {
        Shop.sql(
                flat.modernUrl(),
                "create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.15); return new; end'");
        Shop.sql(
                flat.modernUrl(), "create trigger slow before insert on purchase for each row execute function slow()");
        EntityStore timed = modern.timed(NAME, Duration.ofMillis(400), () -> {}).orElseThrow();
        assertThatThrownBy(() -> timed.write(documents())).isInstanceOf(StoreException.class);
        assertThat(flat.modern()).isEmpty();
    }

    /** It takes its time to end: it drops its temporary tables, as it might as well be committing. */
    @Test
    void whatIsEndedIsOverAfterwards() throws Exception {
        try (Connection slow = DriverManager.getConnection(flat.modernUrl());
                Statement statement = slow.createStatement()) {
            statement.execute(
                    "do 'begin for i in 1..1000 loop execute ''create temp table t'' || i || ''(a text)''; end"
                            + " loop; end'");
            statement.execute("set application_name = '" + NAME + "'");
            modern.endTimed(NAME);
            assertThat(Shop.number(
                            flat.modernUrl(),
                            "select count(*) from pg_stat_activity where application_name = '" + NAME + "'"))
                    .isZero();
            slow.abort(Runnable::run);
        }
    }

    @Test
    void aCopyThatStandsStillIsEndedByItsNameAndKeepsNobodyWaiting() throws Exception {
        try (Connection still = DriverManager.getConnection(flat.modernUrl());
                Statement statement = still.createStatement()) {
            still.setAutoCommit(false);
            statement.execute("set local application_name = '" + NAME + "'");
            statement.execute("set local statement_timeout = 100");
            CopyIn copy = still.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy purchase (order_id, customer_id, total) from stdin");
            // So many that the server does not keep them for itself.
            byte[] rows = IntStream.rangeClosed(1, 3_000)
                    .mapToObj(id -> id + "\tlate\t1\n")
                    .collect(Collectors.joining())
                    .getBytes(StandardCharsets.UTF_8);
            copy.writeToCopy(rows, 0, rows.length);
            copy.flushCopy();
            Awaitility.await()
                    .until(() -> Shop.number(
                                    flat.modernUrl(),
                                    "select count(*) from pg_locks where mode = 'RowExclusiveLock' and granted and relation ="
                                            + " 'purchase'::regclass")
                            > 0);
            modern.endTimed(NAME + "8");
            modern.endTimed(NAME);
            assertThat(modern.write(documents()).done()).hasSize(3);
            assertThatThrownBy(copy::endCopy).isInstanceOf(SQLException.class);
            still.abort(Runnable::run);
        }
        assertThat(flat.modern()).isEqualTo(flat.legacy());
    }
}
