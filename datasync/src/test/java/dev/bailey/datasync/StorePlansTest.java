package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.StorePlan.Estimate;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.store.Remarks;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Legacy is what a service has, modern what was made for it, on each engine; what is wrong differs from test to test. */
class StorePlansTest {

    private static final String LEGACY = "create table orders (id bigint primary key, customer varchar(40) not null,"
            + " total decimal(18,2), placed timestamp null)";
    private static final String MODERN = "create table purchase (id bigint primary key, customer varchar(40) not null,"
            + " total decimal(18,2), placed timestamp null";
    private static final List<String> FIELDS = List.of("id", "customer", "total", "placed");

    @TempDir
    Path folder;

    private static SqlStore side(String url, String table, String read) {
        Map<String, String> columns = new LinkedHashMap<>();
        FIELDS.forEach(field -> columns.put(field, field));
        return new SqlStore(
                url, "", "", read, Map.of(), Optional.of(new WriteTable(table, columns, Map.of(), Map.of())));
    }

    private DataSpec stores(Server server, String legacyRead, String modernTable) throws Exception {
        String legacy = server.database(folder);
        Engine.run(legacy, LEGACY);
        for (int id = 1; id <= 700; id++) {
            if (id % 100 == 1) {
                Engine.run(legacy, "insert into orders values " + rows(id));
            }
        }
        String modern = server.database(folder);
        Engine.run(modern, modernTable);
        return new DataSpec(
                "id",
                Optional.empty(),
                side(legacy, "orders", legacyRead),
                side(modern, "purchase", "select id, customer, total, placed from purchase"));
    }

    private static String rows(int from) {
        StringBuilder values = new StringBuilder();
        for (int id = from; id < from + 100; id++) {
            values.append(values.isEmpty() ? "" : ", ").append("(" + id + ", 'acme', 1.50, '2026-01-02 03:04:05')");
        }
        return values.toString();
    }

    private static StorePlan plan(DataSpec data) throws InterruptedException {
        return StorePlans.of(Plane.spec(data, List.of()), System::nanoTime, () -> "1")
                .getFirst();
    }

    private static final String READ = "select id, customer, total, placed from orders";

    @ParameterizedTest
    @EnumSource
    void storesThatAreReadyAreEstimated(Server server) throws Exception {
        DataSpec data = stores(server, READ, MODERN + ", note varchar(40), made int not null default 1)");
        StorePlan plan = plan(data);
        assertThat(plan.problems()).isEmpty();
        for (Side side : Side.values()) {
            assertThat(of(plan, side).warnings())
                    .extracting(warning -> warning.replaceFirst(":.*", ""))
                    .isEqualTo(thatNothingIsFlushed(server));
        }
        assertThat(of(plan, Side.MODERN).unwritten()).containsExactlyInAnyOrder("purchase.note", "purchase.made");
        Estimate estimate = plan.estimate().orElseThrow();
        assertThat(estimate.legacyRows()).isEqualTo(700);
        assertThat(estimate.modernRows()).isZero();
        assertThat(estimate.backfill()).isPositive();
        assertThat(estimate.reconcile()).isPositive().isLessThan(Duration.ofMinutes(1));
        assertThat(Engine.rows(((SqlStore) data.modern()).jdbc(), "select count(*) from purchase"))
                .containsExactly("0");
        try (DataPlane plane = Plane.open(data, new Plane.Kept())) {
            JobRecord copied = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(copied.message())
                    .startsWith("copied 700 of 700; 2 columns are not written and keep their defaults: purchase.")
                    .contains("purchase.note", "purchase.made");
        }
    }

    /** The servers of the tests are quick because they do not. */
    private static List<String> thatNothingIsFlushed(Server server) {
        return switch (server) {
            case SQLITE -> List.of();
            case POSTGRESQL -> List.of("`fsync` is off (expected on)");
            case MARIADB -> List.of("`innodb_flush_log_at_trx_commit` is 0 (expected 1)");
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    void aServerThatFlushesWhatItCommitsIsNotWarnedOf(Server server) throws Exception {
        try (Mortal mortal = Mortal.of(server, folder)) {
            Flat flat = Flat.of(server.database(folder), mortal.database(), 10);
            assertThat(of(plan(flat.data()), Side.MODERN).warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aColumnOfAnotherTypeStopsTheBackfillBeforeItWrites(Server server) throws Exception {
        // What tells on SQLite is rows, since its columns have no types.
        DataSpec data = stores(server, READ, MODERN.replace("total decimal(18,2)", "total varchar(40)") + ")");
        Engine.run(
                ((SqlStore) data.modern()).jdbc(),
                "insert into purchase values (9999, 'old', 'twelve', '2026-01-02 03:04:05')");
        assertThat(plan(data).problems())
                .extracting(StoreProblem::toString)
                .containsExactly("slice orders, modern: field total is read as a text (expected a number as at"
                        + " legacy); cast it in one side's `read`");
        assertRefused(data, "field total is read as a text");
    }

    @ParameterizedTest
    @EnumSource
    void aMissingColumnStopsTheBackfillBeforeItWrites(Server server) throws Exception {
        DataSpec data = stores(server, READ, MODERN.replace(" total decimal(18,2),", "") + ")");
        assertThat(plan(data).problems())
                .isNotEmpty()
                .allMatch(problem ->
                        problem.side() == Side.MODERN && !problem.what().contains("READ ONLY"));
        assertThat(plan(data).remarks()).containsOnlyKeys(Side.LEGACY);
        assertRefused(data, "total");
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatNeedsAValueAndGetsNoneIsAnError(Server server) throws Exception {
        DataSpec data = stores(server, READ, MODERN + ", region varchar(10) not null)");
        assertThat(plan(data).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what())
                        .contains("table purchase has the column region, which may not be null, has no default and is"
                                + " not written"));
        assertRefused(data, "region");
    }

    @ParameterizedTest
    @EnumSource
    void aRangeWithoutAnIndexAndKeysThatAreThereTwiceAreWarnedOf(Server server) throws Exception {
        DataSpec data = stores(
                server,
                "select id + 0 as id, customer, total, placed from orders union all select 5, 'acme', 1.50, placed from"
                        + " orders where id = 3",
                MODERN + ")");
        StorePlan plan = plan(data);
        assertThat(plan.problems()).isEmpty();
        assertThat(of(plan, Side.LEGACY).warnings())
                .anyMatch(warning -> warning.startsWith("ranges of id are read without an index"))
                .anyMatch(warning -> warning.contains("id more than once"));
    }

    @ParameterizedTest
    @EnumSource
    void nestedArraysThatAreReadWithoutAnIndexAreWarnedOf(Server server) throws Exception {
        DataSpec data = stores(server, READ, MODERN + ")");
        SqlStore legacy = (SqlStore) data.legacy();
        Engine.run(
                legacy.jdbc(),
                "create table line (id bigint primary key, order_id bigint not null, sku varchar(20) not null)",
                "insert into line select id, id, 'a' from orders");
        SqlStore nested = new SqlStore(
                legacy.jdbc(),
                "",
                "",
                legacy.read(),
                Map.of("lines", "select order_id as _key, sku from line order by id"),
                Optional.empty());
        DataSpec with = new DataSpec("id", Optional.empty(), nested, data.modern());

        assertThat(of(plan(with), Side.LEGACY).warnings())
                .containsExactly(
                        "`children: lines` is read without an index on its _key, so each batch reads all of it;"
                                + " index what _key is read from, and read it as it is");

        Engine.run(legacy.jdbc(), "create index line_order on line (order_id)");
        assertThat(of(plan(with), Side.LEGACY).warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsNullIsAnError(Server server) throws Exception {
        DataSpec data = stores(server, "select nullif(id, 7) as id, customer, total, placed from orders", MODERN + ")");
        assertThat(plan(data).problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.what()).isEqualTo("`read` has rows whose id is null; leave them out of it"));
    }

    private static Remarks of(StorePlan plan, Side side) {
        return Objects.requireNonNull(plan.remarks().get(side));
    }

    private static void assertRefused(DataSpec data, String why) throws Exception {
        String modern = ((SqlStore) data.modern()).jdbc();
        List<String> before = Engine.rows(modern, "select count(*) from purchase");
        try (DataPlane plane = Plane.open(data, new Plane.Kept())) {
            JobRecord ended = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(ended.state()).isEqualTo(JobState.FAILED);
            assertThat(ended.message()).startsWith("nothing was written, the stores are not as declared: modern: ");
            assertThat(ended.message()).contains(why);
        }
        assertThat(Engine.rows(modern, "select count(*) from purchase")).isEqualTo(before);
    }
}
