package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static dev.bailey.datasync.TenantOrders.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.reconcile.Divergence.Kind;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All that works with keys, with keys of two parts whose texts hold all that could be mistaken for something else. */
class CompositeKeysTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int EACH = 40;

    @TempDir
    private Path folder;

    private static Document document(String json) throws Exception {
        return Document.of(TenantOrders.KEY, (ObjectNode) JSON.readTree(json.replace('\'', '"')));
    }

    private static ReconcileResult reconcile(DataPlane plane, boolean repair) {
        JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, repair, false));
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return plane.lastReconcile(ORDERS).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "SQLITE, POSTGRESQL",
        "POSTGRESQL, POSTGRESQL",
        "POSTGRESQL, MARIADB",
        "POSTGRESQL, SQLITE",
        "MARIADB, SQLITE",
        "MARIADB, POSTGRESQL"
    })
    void whatIsCopiedIsEqualAndWhatIsChangedIsFoundAndRepaired(Server from, Server to) throws Exception {
        TenantOrders orders = TenantOrders.open(from, to, folder);
        orders.fill(EACH);
        TenantOrders.run(
                orders.modern, "insert into orders (tenant, number) values (?, ?)", "a/b", 1_000); // gone at legacy
        try (DataPlane plane = Plane.open(orders.data(), new Plane.Kept())) {
            JobRecord copied = Plane.ended(plane, plane.startBackfill(ORDERS));
            assertThat(copied.state()).as(copied.message()).isEqualTo(JobState.DONE);
            assertThat(copied.done()).isEqualTo((long) EACH * TenantOrders.TENANTS.size());
            assertThat(reconcile(plane, false))
                    .extracting(ReconcileResult::rows, ReconcileResult::divergences, ReconcileResult::complete)
                    .containsExactly((long) EACH * TenantOrders.TENANTS.size(), 0L, true);

            TenantOrders.run(orders.modern, "update orders set total = 0 where tenant = ? and number = ?", "a~1b", 17);
            TenantOrders.run(orders.modern, "delete from orders where tenant = ? and number = ?", "~", 3);
            TenantOrders.run(orders.modern, "delete from orders where tenant = ? and number = ?", "Acme", EACH);
            TenantOrders.run(orders.modern, "insert into orders (tenant, number) values (?, ?)", "//", -5);
            List<Divergence> planted = List.of(
                    new Divergence(ORDERS, key("a~1b", 17), Kind.DIFFERENT, List.of("/total")),
                    new Divergence(ORDERS, key("~", 3), Kind.MISSING, List.of()),
                    new Divergence(ORDERS, key("Acme", EACH), Kind.MISSING, List.of()),
                    new Divergence(ORDERS, key("//", -5), Kind.EXTRA, List.of()));
            assertThat(planted.toString()).contains("a~01b/17", "~0/3", "Acme/40", "~1~1/-5");
            assertThat(reconcile(plane, false).found()).containsExactlyInAnyOrderElementsOf(planted);

            assertThat(reconcile(plane, true).repaired()).isEqualTo(4);
            assertThat(reconcile(plane, false).divergences()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void arraysAndFurtherTablesBelongToTheirOwnEntity(Server server) throws Exception {
        TenantOrders orders = TenantOrders.open(Server.POSTGRESQL, server, folder, true);
        List<EntityKey> keys = List.of(key("a/b", 1), key("a~1b", 1), key("a", 1), key("A", 1), key("a", 2));
        for (String insert : List.of(
                "insert into orders (tenant, number, total) values (?, ?, 1.50)",
                "insert into note (tenant, number, body) values (?, ?, 'note')",
                "insert into line (tenant, number, sku, quantity) values (?, ?, 'x', 1)")) {
            for (EntityKey each : keys) {
                List<String> parts = dev.bailey.model.route.KeyParts.of(each, 2).orElseThrow();
                TenantOrders.run(orders.legacy, insert, parts.getFirst(), Long.parseLong(parts.getLast()));
            }
        }
        DataSpec data = orders.data();
        StorePair stores = orders.stores(data);
        try (DataPlane plane = Plane.open(data, new Plane.Kept());
                EntityStore legacy = stores.legacy();
                EntityStore modern = stores.modern()) {
            assertThat(plane.check(ORDERS)).isEmpty();
            Refreshed.Done done = (Refreshed.Done) plane.refresh(ORDERS, Side.LEGACY, keys);
            assertThat(done.written()).containsExactlyInAnyOrderElementsOf(keys);

            TenantOrders.run(
                    orders.legacy, "insert into line (tenant, number, sku, quantity) values (?, ?, 'a', 5)", "a~1b", 1);
            TenantOrders.run(orders.legacy, "update line set quantity = 9 where tenant = ? and number = ?", "a", 1);
            TenantOrders.run(orders.legacy, "delete from orders where tenant = ? and number = ?", "A", 1);
            plane.refresh(ORDERS, Side.LEGACY, keys);

            Map<EntityKey, Document> held = modern.read(keys);
            Map<EntityKey, Document> wanted = legacy.read(keys);
            assertThat(held.keySet()).containsExactlyInAnyOrder(keys.get(0), keys.get(1), keys.get(2), keys.get(4));
            held.forEach((each, document) -> assertThat(document.sameAs(Objects.requireNonNull(wanted.get(each))))
                    .as("%s", each)
                    .isTrue());
            assertThat(Objects.requireNonNull(held.get(key("a~1b", 1))).body().toString())
                    .contains("\"lines\":[{\"quantity\":5,\"sku\":\"a\"},{\"quantity\":1,\"sku\":\"x\"}]");
            assertThat(Engine.rows(orders.modern, "select count(*) from note")).containsExactly("4");
            assertThat(Engine.rows(orders.modern, "select count(*) from line")).containsExactly("5");
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesAreGuardedAndNeverGoOverAnotherRow(Server server) throws Exception {
        TenantOrders orders = TenantOrders.open(server, server, folder);
        DataSpec data = orders.data(ConflictPolicy.VERSION);
        StorePair stores = orders.stores(data);
        try (EntityStore legacy = stores.legacy();
                EntityStore modern = stores.modern()) {
            WriteReport first = modern.write(List.of(
                    document("{'tenant': 'a', 'number': 1, 'version': 5, 'code': 'one'}"),
                    document("{'tenant': 'A', 'number': 1, 'version': 5, 'code': 'one'}"),
                    document("{'tenant': 'a', 'number': 2, 'version': 5, 'code': 'two'}")));
            assertThat(first.done()).hasSize(3);

            WriteReport second = modern.write(List.of(
                    document("{'tenant': 'a', 'number': 1, 'version': 4, 'code': 'older'}"),
                    document("{'tenant': 'A', 'number': 1, 'version': 6, 'code': 'newer'}")));
            assertThat(second.newer()).containsExactly(key("a", 1));
            assertThat(second.done()).containsExactly(key("A", 1));

            WriteReport third =
                    modern.write(List.of(document("{'tenant': 'a', 'number': 3, 'version': 1, 'code': 'two'}")));
            assertThat(third.refused()).containsOnlyKeys(key("a", 3));
            assertThat(third.refused().toString())
                    .contains("key a/3 wants what the row with tenant a, number 2 of table orders holds");
            assertThat(modern.scan(KeyRange.ALL, 10))
                    .extracting(
                            each -> each.key() + " " + each.body().path("code").asString())
                    .containsExactly("A/1 newer", "a/1 one", "a/2 two");

            assertThat(modern.delete(List.of(key("a", 1), key("nobody", 1))).done())
                    .hasSize(2);
            assertThat(modern.scan(KeyRange.ALL, 10)).hasSize(2);
            assertThat(legacy.scan(KeyRange.ALL, 10)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void parkKnowsEachEntitysMark(Server server) throws Exception {
        TenantOrders orders = TenantOrders.open(Server.SQLITE, server, folder);
        TenantOrders.run(orders.legacy, "insert into orders (tenant, number, total) values (?, ?, 1)", "a/b", 1);
        TenantOrders.run(orders.legacy, "insert into orders (tenant, number, total) values (?, ?, 1)", "a~1b", 1);
        List<EntityKey> keys = List.of(key("a/b", 1), key("a~1b", 1));
        try (DataPlane plane = Plane.open(orders.data(ConflictPolicy.PARK), new Plane.Kept())) {
            assertThat(plane.refresh(ORDERS, Side.LEGACY, keys)).isInstanceOf(Refreshed.Done.class);
            TenantOrders.run(orders.modern, "update orders set total = 7 where tenant = ? and number = ?", "a/b", 1);
            Engine.run(orders.legacy, "update orders set total = 2, version = version + 1");

            assertThat(plane.refresh(ORDERS, Side.LEGACY, keys))
                    .isInstanceOfSatisfying(
                            Refreshed.Refused.class,
                            refused -> assertThat(refused.key()).isEqualTo(key("a/b", 1)));
            assertThat(Engine.rows(orders.modern, "select cast(total as decimal(4,0)) from orders order by tenant"))
                    .containsExactly("7", "2");
        }
    }

    private static FeedSpec outbox(String url, KeyNames key) {
        return new FeedSpec(
                "outbox",
                Side.LEGACY,
                10,
                new Outbox(
                        new Login(url, "", ""),
                        "outbox",
                        "id",
                        key,
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofMillis(20)));
    }

    @ParameterizedTest
    @EnumSource
    void anOutboxTellsTheKeyInItsPartsOrAsItIsSpelled(Server server) throws Exception {
        for (KeyNames columns : List.of(TenantOrders.KEY, KeyNames.of("entity"))) {
            TenantOrders orders = TenantOrders.open(server, Server.SQLITE, folder);
            Engine.run(
                    orders.legacy,
                    "create table outbox (id integer primary key, tenant varchar(40), number bigint, entity"
                            + " varchar(80))");
            TenantOrders.run(orders.legacy, "insert into orders (tenant, number) values (?, ?)", "a/b", 7);
            TenantOrders.run(orders.legacy, "insert into orders (tenant, number) values (?, ?)", "~", 8);
            Engine.run(
                    orders.legacy,
                    "insert into outbox values (1, 'a/b', 7, 'a~1b/7')",
                    "insert into outbox values (2, '~', 8, '~0/08')");
            FeedSpec feed = outbox(orders.legacy, columns);
            try (FeedRig rig = FeedRig.start(orders.data(), new Plane.Kept(), feed)) {
                rig.awaitEverythingThrough();
                assertThat(rig.owed).isEmpty();
            }
            assertThat(Engine.rows(orders.modern, "select tenant, number from orders order by number"))
                    .containsExactly("a/b 7", "~ 8");
            assertThat(Engine.rows(orders.legacy, "select count(*) from outbox"))
                    .containsExactly("0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPlanTellsOfNullPartsKeysThatAreThereTwiceAndAMissingIndex(Server server) throws Exception {
        TenantOrders orders = TenantOrders.open(server, server, folder);
        orders.fill(5);
        StorePlan ready = plan(orders.data());
        assertThat(ready.problems()).isEmpty();
        assertThat(Objects.requireNonNull(ready.remarks().get(Side.LEGACY)).warnings())
                .noneMatch(warning -> warning.startsWith("ranges of ") || warning.contains("more than once"));

        String read = "select tenant, number, total, code, version from orders";
        assertThat(plan(reading(orders, read.replace(" number,", " nullif(number, 3) as number,")))
                        .problems())
                .extracting(StoreProblem::what)
                .containsExactly("`read` has rows whose tenant or number is null; leave them out of it");

        String twice = read.replace(" number,", " number + 0 as number,") + " union all " + read + " where number = 2";
        assertThat(Objects.requireNonNull(plan(reading(orders, twice)).remarks().get(Side.LEGACY))
                        .warnings())
                .anyMatch(warning -> warning.startsWith("ranges of [tenant, number] are read without an index"))
                .anyMatch(warning -> warning.contains("some [tenant, number] more than once"));

        Engine.run(
                orders.modern,
                "drop table orders",
                "create table orders (tenant " + server.text()
                        + ", number bigint primary key, total decimal(12,2), code" + " varchar(40), version bigint)");
        assertThat(plan(orders.data()).problems())
                .extracting(StoreProblem::what)
                .containsExactly("table orders has the primary key (number) (expected (tenant, number)) and no unique"
                        + " constraint on tenant, number: documents are written by it alone");
    }

    private static StorePlan plan(DataSpec data) throws InterruptedException {
        return StorePlans.of(Plane.spec(data, List.of()), System::nanoTime, () -> "1")
                .getFirst();
    }

    private static DataSpec reading(TenantOrders orders, String read) {
        DataSpec data = orders.data();
        SqlStore legacy = (SqlStore) data.legacy();
        return new DataSpec(
                data.key(),
                data.version(),
                new SqlStore(legacy.jdbc(), "", "", read, Map.of(), legacy.write()),
                data.modern());
    }
}
