package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Engine;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One entity in several tables that refer to one another both ways. */
class SeveralTablesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String[] TABLES = {
        "create table party (id bigint primary key, kind varchar(20) not null)",
        "create table customer (id bigint primary key references party (id), name varchar(50) not null, version bigint)",
        "create table contact (customer_id bigint primary key references customer (id), email varchar(50), phone"
                + " varchar(50), constraint contact_email unique (email))",
        "create table device (customer_id bigint not null references customer (id), serial varchar(20) not null, label"
                + " varchar(20), place int not null, primary key (customer_id, serial), constraint device_serial unique"
                + " (serial))",
        "create table repair (customer_id bigint not null, serial varchar(20) not null, foreign key (customer_id, serial)"
                + " references device (customer_id, serial))"
    };

    @TempDir
    Path folder;

    private final List<EntityStore> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(EntityStore::close);
    }

    private EntityStore store(String url, Optional<String> version) {
        Map<String, PartTable> parts = new LinkedHashMap<>();
        parts.put("contact", new PartTable("customer_id", Map.of("email", "email", "phone", "phone"), Map.of(), false));
        parts.put("party", new PartTable("id", Map.of("kind", "kind"), Map.of(), true));
        ChildTable devices = new ChildTable(
                "device",
                "customer_id",
                Map.of("serial", "serial", "label", "label", "_index", "place"),
                Map.of(),
                Map.of(),
                List.of("serial"));
        WriteTable write = new WriteTable(
                "customer",
                Map.of("id", "id", "name", "name", "version", "version"),
                Map.of(),
                Map.of(),
                parts,
                Map.of("devices", devices),
                Optional.empty());
        SqlStore spec = new SqlStore(
                url,
                "",
                "",
                "select c.id, c.name, c.version, p.kind, k.email, k.phone from customer c join party p on p.id = c.id join"
                        + " contact k on k.customer_id = c.id",
                Map.of("devices", "select customer_id as _key, serial, label from device order by customer_id, place"),
                Optional.of(write));
        EntityStore store = SqlEntityStore.open(
                new SliceName("customers"), Side.MODERN, new DataSpec("id", version, spec, spec), spec);
        open.add(store);
        return store;
    }

    private EntityStore store(Engine engine) throws Exception {
        return store(database(engine), Optional.empty());
    }

    private String database(Engine engine) throws Exception {
        String url = engine.database(folder);
        Engine.run(url, TABLES);
        return url;
    }

    private static Document customer(int id, int version, String email, String... serials) throws Exception {
        ObjectNode body = JSON.createObjectNode()
                .put("id", id)
                .put("name", "name " + version)
                .put("version", version)
                .put("kind", "kind " + version)
                .put("email", email);
        var devices = body.putArray("devices");
        for (String serial : serials) {
            devices.addObject().put("serial", serial).put("label", "label");
        }
        return Document.of("id", body);
    }

    private static EntityKey key(int id) {
        return new EntityKey(Integer.toString(id));
    }

    @ParameterizedTest
    @EnumSource
    void allTablesAreWrittenAndEmptiedInTheOrderTheirReferencesAsk(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore store = store(url, Optional.empty());
        List<Document> two = List.of(customer(1, 1, "a@x", "s1", "s2"), customer(2, 1, "b@x"));

        assertThat(store.check()).isEmpty();
        assertThat(store.write(two)).isEqualTo(WriteReport.done(List.of(key(1), key(2))));
        assertThat(store.scan(KeyRange.ALL, 10))
                .usingElementComparator((a, b) -> a.sameAs(b) ? 0 : 1)
                .isEqualTo(two);

        assertThat(store.delete(List.of(key(1), key(2))).refused()).isEmpty();
        assertThat(Engine.rows(
                        url,
                        "select (select count(*) from party), (select count(*) from customer), (select count(*) from"
                                + " contact), (select count(*) from device)"))
                .containsExactly("0 0 0 0");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsEqualInAnArrayStaysUntouched(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore store = store(url, Optional.empty());
        store.write(List.of(customer(1, 1, "a@x", "kept", "moved", "gone")));
        // Somebody else's row holds these two where they are.
        Engine.run(url, "insert into repair values (1, 'kept')", "insert into repair values (1, 'moved')");

        WriteReport report = store.write(List.of(customer(1, 2, "a@x", "kept", "new", "moved")));

        assertThat(report.refused()).isEmpty();
        assertThat(Engine.rows(url, "select serial, place from device order by place"))
                .containsExactly("kept 0", "new 1", "moved 2");
        assertThat(store.write(List.of(customer(1, 3, "a@x", "new"))).refused()).containsOnlyKeys(key(1));
        assertThat(Engine.rows(url, "select count(*) from device")).containsExactly("3");
        assertThat(Engine.rows(url, "select name from customer")).containsExactly("name 2");
    }

    @ParameterizedTest
    @EnumSource
    void aUniqueValueOfAnotherRowIsToldWithBothKeysAndNothingIsWritten(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore store = store(url, Optional.empty());
        store.write(List.of(customer(1, 1, "taken@x", "s1")));

        WriteReport report = store.write(
                List.of(customer(2, 1, "taken@x"), customer(3, 1, "free@x"), customer(4, 1, "other@x", "s9", "s1")));

        assertThat(report.done()).containsExactly(key(3));
        assertThat(report.refused()).containsOnlyKeys(key(2), key(4));
        assertThat(report.refused().get(key(2)))
                .contains(
                        "key 2 wants what the row with customer_id 1 of table contact holds under the unique constraint ")
                .contains("(email)")
                .doesNotContain("taken");
        assertThat(report.refused().get(key(4)))
                .contains(
                        "key 4 wants what the row with customer_id 1 of table device holds under the unique constraint ")
                .contains("(serial)")
                .doesNotContain("s1");
        assertThat(Engine.rows(url, "select id from party order by id")).containsExactly("1", "3");
        assertThat(Engine.rows(url, "select email from contact where customer_id = 1"))
                .containsExactly("taken@x");
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatAnotherOfTheBatchGivesUpIsNoConflict(Engine engine) throws Exception {
        EntityStore store = store(engine);
        store.write(List.of(customer(1, 1, "a@x"), customer(2, 1, "b@x"), customer(3, 1, "c@x")));

        WriteReport report = store.write(List.of(customer(1, 2, "b@x"), customer(2, 2, "c@x"), customer(3, 2, "d@x")));

        assertThat(report.refused()).isEmpty();
        assertThat(report.done()).containsExactlyInAnyOrder(key(1), key(2), key(3));
    }

    @ParameterizedTest
    @EnumSource
    void anOlderVersionChangesNoneOfTheTables(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore store = store(url, Optional.of("version"));
        store.write(List.of(customer(1, 5, "new@x", "s5"), customer(2, 5, "other@x")));

        WriteReport report = store.write(List.of(customer(1, 4, "old@x", "s4"), customer(2, 6, "newer@x")));

        assertThat(report.newer()).containsExactly(key(1));
        assertThat(report.done()).containsExactly(key(2));
        assertThat(Engine.rows(
                        url,
                        "select p.kind, c.name, k.email, d.serial from party p join customer c on c.id = p.id join contact k"
                                + " on k.customer_id = p.id left join device d on d.customer_id = p.id order by p.id"))
                .containsExactly("kind 5 name 5 new@x s5", "kind 6 name 6 newer@x null");
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatReferToOneAnotherAreWrittenInWhateverOrderTheyCome(Engine engine) throws Exception {
        String url = engine.database(folder);
        Engine.run(url, "create table employee (id bigint primary key, boss bigint references employee (id))");
        SqlStore spec = new SqlStore(
                url,
                "",
                "",
                "select id, boss from employee",
                Map.of(),
                Optional.of(new WriteTable("employee", Map.of("id", "id", "boss", "boss"), Map.of(), Map.of())));
        EntityStore store = SqlEntityStore.open(
                new SliceName("staff"), Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
        open.add(store);
        List<Document> staff = new ArrayList<>();
        for (int id = 1; id < 5; id++) {
            staff.add(Document.of("id", JSON.createObjectNode().put("id", id).put("boss", id + 1)));
        }
        staff.add(Document.of("id", JSON.createObjectNode().put("id", 5)));

        assertThat(store.write(staff).refused()).isEmpty();
        assertThat(store.delete(List.of(key(5), key(4), key(3), key(2), key(1))).refused())
                .isEmpty();
        assertThat(Engine.rows(url, "select count(*) from employee")).containsExactly("0");
    }
}
