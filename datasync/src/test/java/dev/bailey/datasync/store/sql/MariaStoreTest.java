package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.Engine;
import dev.bailey.datasync.Maria;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MariaStoreTest {

    private static final SliceName SLICE = new SliceName("things");
    private static final JsonMapper JSON = new JsonMapper();

    private static String run(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
        return url;
    }

    private static EntityStore store(String url, Optional<String> version, String read, String... columns) {
        Optional<WriteTable> write = columns.length == 0
                ? Optional.empty()
                : Optional.of(new WriteTable(
                        "t",
                        List.of(columns).stream()
                                .collect(java.util.stream.Collectors.toMap(name -> name, name -> name)),
                        Map.of(),
                        Map.of()));
        SqlStore spec = new SqlStore(url, "", "", read, Map.of(), write);
        return SqlEntityStore.open(SLICE, Side.MODERN, new DataSpec("id", version, spec, spec), spec);
    }

    private static EntityStore store(String url, String read, String... columns) {
        return store(url, Optional.empty(), read, columns);
    }

    private static Document document(String json) throws Exception {
        return Document.of("id", (ObjectNode) JSON.readTree(json));
    }

    private static List<String> keys(EntityStore store) throws Exception {
        return store.scan(KeyRange.ALL, 100).stream()
                .map(document -> document.key().value())
                .toList();
    }

    @Test
    void ordersTextKeysByBytesWhateverTheCollation() throws Exception {
        String insert = "insert into t values ('b'), ('B'), ('a'), ('10'), ('9'), ('é'), ('\uffee'), ('\ud83d\ude00')";
        for (String collation :
                List.of("utf8mb4_bin", "utf8mb4_nopad_bin", "utf8mb4_uca1400_as_cs", "utf8mb4_swedish_ci")) {
            String values = collation.endsWith("_ci") ? insert.replace(" ('B'),", "") : insert;
            String url = run(
                    Maria.database(), "create table t (id varchar(10) collate " + collation + " primary key)", values);
            try (EntityStore store = store(url, "select id from t")) {
                assertThat(keys(store))
                        .as(collation)
                        .containsExactlyElementsOf(
                                List.of("10", "9", "B", "a", "b", "é", "\uffee", "\ud83d\ude00").stream()
                                        .filter(key -> !collation.endsWith("_ci") || !key.equals("B"))
                                        .toList());
                KeyRange range = new KeyRange(Optional.of(new EntityKey("9")), Optional.of(new EntityKey("b")));
                assertThat(store.count(range)).as(collation).isEqualTo(collation.endsWith("_ci") ? 2 : 3);
                assertThat(store.last()).contains(new EntityKey("\ud83d\ude00"));
                assertThat(store.nth(KeyRange.ALL, 2)).contains(new EntityKey("9"));
            }
        }
    }

    @Test
    void aUuidThatIsThePrimaryKeyIsWrittenAndWrittenAgain() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id uuid primary key, v int, u int unique)",
                "insert into t values ('f0000000-0000-4000-8000-00000000000b', 1, 7)");
        String one = "f0000000-0000-4000-8000-00000000000a";
        try (EntityStore store = store(url, "select id, v, u from t", "id", "v", "u")) {
            for (int v : new int[] {1, 2}) {
                Document document = document("{\"id\":\"" + one + "\",\"v\":" + v + ",\"u\":8}");
                assertThat(store.write(List.of(document)).done()).containsExactly(document.key());
                assertThat(store.read(List.of(document.key())).get(document.key()))
                        .satisfies(held -> assertThat(document.sameAs(held)).isTrue());
            }
            Document taken = document("{\"id\":\"" + one + "\",\"v\":3,\"u\":7}");
            assertThat(store.write(List.of(taken)).refused()).containsOnlyKeys(taken.key());
        }
    }

    @Test
    void findsNoKeyThatOnlyLooksTheSame() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id varchar(10) collate utf8mb4_general_ci primary key, v int)",
                "insert into t values ('a', 1)");
        try (EntityStore store = store(url, "select id, v from t", "id", "v")) {
            assertThat(store.read(List.of(new EntityKey("A")))).isEmpty();
            assertThat(store.write(List.of(document("{\"id\":\"A\",\"v\":2}"))).refused())
                    .containsOnlyKeys(new EntityKey("A"));
            assertThat(store.read(List.of(new EntityKey("a"))).values())
                    .allSatisfy(
                            held -> assertThat(held.body().path("v").asInt()).isEqualTo(1))
                    .hasSize(1);
        }
    }

    @Test
    void aKeyThatItsCollationCannotTellIsAnErrorWithAWayOut() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id varchar(10) collate utf8mb4_bin primary key)",
                "insert into t values ('a'), ('a\t')");
        try (EntityStore store = store(url, "select id from t")) {
            assertThatThrownBy(() -> store.scan(KeyRange.ALL, 10)).hasMessageContaining("utf8mb4_nopad_bin");
        }
        try (EntityStore store =
                store(url, "select convert(id using utf8mb4) collate utf8mb4_nopad_bin as id from t")) {
            assertThat(keys(store)).containsExactly("a", "a\t");
        }
    }

    @Test
    void writesByPrimaryKeyAloneAndNeverOverAnotherRow() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id int primary key, email varchar(40) unique)",
                "insert into t values (1, 'secret@a'), (2, 'secret@b')");
        try (EntityStore store = store(url, "select id, email from t", "id", "email")) {
            WriteReport report = store.write(List.of(
                    document("{\"id\":1,\"email\":\"c\"}"),
                    document("{\"id\":3,\"email\":\"secret@b\"}"),
                    document("{\"id\":4,\"email\":\"d\"}")));
            assertThat(report.done()).containsExactly(new EntityKey("1"), new EntityKey("4"));
            assertThat(report.refused()).containsOnlyKeys(new EntityKey("3"));
            assertThat(report.refused().toString()).contains("unique key").doesNotContain("secret");
            WriteReport taken = store.write(List.of(document("{\"id\":1,\"email\":\"secret@b\"}")));
            assertThat(taken.refused().toString()).contains("unique key").doesNotContain("secret");
            assertThat(store.scan(KeyRange.ALL, 10).stream()
                            .map(found -> found.body().toString()))
                    .containsExactly(
                            "{\"email\":\"c\",\"id\":1}",
                            "{\"email\":\"secret@b\",\"id\":2}",
                            "{\"email\":\"d\",\"id\":4}");
            assertThat(store.delete(List.of(new EntityKey("4"))).done()).hasSize(1);
            assertThat(keys(store)).containsExactly("1", "2");
        }
    }

    @Test
    void aNewerVersionIsLeftAlone() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id int primary key, version int, v varchar(5))",
                "insert into t values (1, 5, 'old'), (2, 5, 'old'), (3, 5, 'old'), (4, null, 'old')");
        try (EntityStore store =
                store(url, Optional.of("version"), "select id, version, v from t", "id", "v", "version")) {
            WriteReport report = store.write(List.of(
                    document("{\"id\":1,\"version\":4,\"v\":\"new\"}"),
                    document("{\"id\":2,\"version\":5,\"v\":\"new\"}"),
                    document("{\"id\":3,\"version\":6,\"v\":\"new\"}"),
                    document("{\"id\":4,\"version\":1,\"v\":\"new\"}"),
                    document("{\"id\":5,\"version\":1,\"v\":\"new\"}")));
            assertThat(report.newer()).containsExactly(new EntityKey("1"));
            assertThat(report.done()).hasSize(4);
            assertThat(store.scan(KeyRange.ALL, 10).stream()
                            .map(found -> found.body().path("v").asString()))
                    .containsExactly("old", "new", "new", "new", "new");
        }
    }

    @Test
    void refusesWhatWouldBeCutAndSaysNoValues() throws Exception {
        String url = run(
                Maria.database(),
                "set global sql_mode = ''",
                "create table t (id int primary key, v varchar(5), n tinyint, at datetime, e enum('a','b'), r int not null"
                        + " default 1, constraint positive check (n > 0))");
        try (EntityStore store = store(url, "select id, v, n, at, e, r from t", "id", "v", "n", "at", "e", "r")) {
            for (String field : List.of(
                    "\"v\":\"secret value\"",
                    "\"n\":300123",
                    "\"n\":-5",
                    "\"at\":\"secret\"",
                    "\"at\":\"2026-02-31T00:00:00\"",
                    "\"at\":\"0000-00-00\"",
                    "\"e\":\"secret\"",
                    "\"r\":\"secret\"",
                    "\"v\":\"x\",\"r\":1")) {
                WriteReport report = store.write(List.of(document("{\"id\":1," + field + "}")));
                if (field.equals("\"v\":\"x\",\"r\":1")) {
                    assertThat(report.refused()).isEmpty();
                } else {
                    assertThat(report.refused()).as(field).hasSize(1);
                    assertThat(report.refused().toString())
                            .as(field)
                            .doesNotContain("secret")
                            .doesNotContain("300123")
                            .doesNotContain("conn=");
                }
            }
            assertThat(store.scan(KeyRange.ALL, 10)).hasSize(1);
        } finally {
            run(url, "set global sql_mode = default");
        }
    }

    @Test
    void readsOneMomentAndCannotWriteWhileReading() throws Exception {
        String url = run(Maria.database(), "create table t (id int primary key)", "insert into t values (1)");
        SqlStore spec =
                new SqlStore(url.replace("jdbc:mariadb:", "jdbc:mysql:"), "", "", "", Map.of(), Optional.empty());
        try (SqlPools pools = SqlPools.open("test", SqlDialect.MARIADB, spec)) {
            long rows = pools.read(connection -> {
                try (Statement sql = connection.createStatement()) {
                    sql.executeQuery("select count(*) from t").close();
                    run(url, "insert into t values (2)");
                    var counted = sql.executeQuery("select count(*) from t");
                    counted.next();
                    return counted.getLong(1);
                }
            });
            assertThat(rows).isEqualTo(1);
            assertThatThrownBy(() -> pools.read(connection -> {
                        try (Statement sql = connection.createStatement()) {
                            return sql.executeUpdate("delete from t");
                        }
                    }))
                    .hasMessageContaining("READ ONLY");
            String session = pools.read(connection -> {
                try (Statement sql = connection.createStatement();
                        var row = sql.executeQuery(
                                "select concat_ws(' ', @@time_zone, @@max_statement_time, @@character_set_client)")) {
                    row.next();
                    return row.getString(1);
                }
            });
            assertThat(session).isEqualTo("+00:00 60.000000 utf8mb4");
        }
    }

    @Test
    void checkNamesMissingColumnsKeysAndPermissions() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id int, v int, primary key (id, v))",
                "create or replace user reader identified by 'r'",
                "grant select on *.* to reader");
        try (EntityStore store = store(url, "select id, v from t", "id", "w")) {
            assertThat(store.check().stream().map(StoreProblem::toString))
                    .anyMatch(problem -> problem.contains("table t has no column w (it has id, v)"))
                    .anyMatch(problem -> problem.contains("primary key (id, v) (expected (id))"));
        }
        try (EntityStore store =
                store(url.replace("user=root", "user=reader&password=r"), "select id, v from t", "id", "v")) {
            assertThat(store.check().toString())
                    .contains("no INSERT permission on table t")
                    .contains("no UPDATE permission on table t")
                    .contains("no DELETE permission on table t");
        }
    }

    /** The server forgets the order of a select that another reads from; a limit would make it read all rows each time. */
    @Test
    void elementsAreInTheOrderOfTheirSelectWhichIsReadByTheIndexOfTheParent() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id int primary key)",
                "insert into t select seq from seq_1_to_1000",
                "create table line (parent int not null, sku varchar(10) not null, place int not null, primary key (parent,"
                        + " sku))",
                "insert into line select id, concat('s', n), 10 - n from t join (select seq n from seq_1_to_5) s",
                "analyze table line");
        String lines = "select parent as _key, sku from line order by parent, place";
        for (String order : List.of(
                lines,
                "select parent as _key, sku from line order by parent + 0, place",
                "select parent as _key, sku -- its name, as sold\nfrom line # all\norder by parent, place",
                "select parent as _key, sku from line order by parent, -- then\nplace -- last")) {
            SqlStore spec = new SqlStore(url, "", "", "select id from t", Map.of("lines", order), Optional.empty());
            try (EntityStore store =
                    SqlEntityStore.open(SLICE, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec)) {
                assertThat(store.read(List.of(new EntityKey("7"))).values())
                        .singleElement()
                        .extracting(document -> document.body().toString())
                        .asString()
                        .containsPattern("s5.*s4.*s3.*s2.*s1")
                        .doesNotContain("_place");
            }
        }
        ChildOrder order = ChildOrder.of(lines, Set.of("_key", "sku"));
        assertThat(Engine.rows(
                        url, "explain select * from (" + order.select() + ") q where _key in (7, 8)" + order.order()))
                .singleElement()
                .asString()
                .contains(" range PRIMARY ");
    }

    @Test
    void readsEveryNumberOfAnUnsignedKeyThatFits() throws Exception {
        String url = run(
                Maria.database(),
                "create table t (id bigint unsigned primary key)",
                "insert into t values (1), (9223372036854775807)");
        try (EntityStore store = store(url, "select id from t", "id")) {
            assertThat(store.keyKind()).contains(KeyKind.INTEGER);
            assertThat(keys(store)).containsExactly("1", "9223372036854775807");
            run(url, "insert into t values (18446744073709551615)");
            assertThatThrownBy(() -> keys(store)).hasMessageContaining("whole number of 64 bits");
        }
    }
}
