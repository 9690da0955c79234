package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlEntityStoreTest {

    private static final SliceName SLICE = new SliceName("things");

    @TempDir
    Path folder;

    private String sqlite(String... statements) throws SQLException {
        return run("jdbc:sqlite:" + folder.resolve("store" + System.nanoTime() + ".db"), statements);
    }

    private static String run(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
        return url;
    }

    private static EntityStore store(String url, String read, Optional<WriteTable> write) {
        SqlStore spec = new SqlStore(url, "", "", read, Map.of(), write);
        return SqlEntityStore.open(SLICE, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
    }

    private static Optional<WriteTable> write(String table, Map<String, String> columns) {
        return Optional.of(new WriteTable(table, columns, Map.of(), Map.of()));
    }

    private static List<String> keys(EntityStore store) throws Exception {
        return store.scan(KeyRange.ALL, 100).stream()
                .map(document -> document.key().value())
                .toList();
    }

    @Test
    void bothDatabasesReadTheSameDocument() throws Exception {
        String lite = sqlite(
                "create table t (id integer primary key, n numeric(10,2), r real, ok boolean, at datetime, moment"
                        + " timestamp, bin blob, txt text, void text)",
                "insert into t values (1, 10.10, 0.1, 1, '2026-11-20 10:00:00', '2026-11-20T12:00:00.500+02:00',"
                        + " x'00ff', 'ä', null)");
        String postgres = run(
                Postgres.database(),
                "create table t (id bigint primary key, n numeric, r double precision, ok boolean, at timestamp, moment"
                        + " timestamptz, bin bytea, txt text, void text)",
                "insert into t values (1, 10.100, 0.1, true, '2026-11-20 10:00:00', '2026-11-20 10:00:00.5Z',"
                        + " '\\x00ff', 'ä', null)");
        try (EntityStore a = store(lite, "select * from t", Optional.empty());
                EntityStore b = store(postgres, "select * from t", Optional.empty())) {
            Document left = a.scan(KeyRange.ALL, 1).getFirst();
            Document right = b.scan(KeyRange.ALL, 1).getFirst();
            assertThat(left.body().toString())
                    .isEqualTo(
                            "{\"at\":\"2026-11-20T10:00:00\",\"bin\":\"AP8=\",\"id\":1,\"moment\":\"2026-11-20T10:00:00.5Z\","
                                    + "\"n\":10.1,\"ok\":true,\"r\":0.1,\"txt\":\"ä\"}");
            assertThat(left.pathsDiffering(right, 10)).isEmpty();
            assertThat(left.digest(RowHash.MD5)).isEqualTo(right.digest(RowHash.MD5));
        }
    }

    @Test
    void bothDatabasesOrderTextKeysByBytes() throws Exception {
        String insert = "insert into t values ('b'), ('B'), ('a'), ('10'), ('9'), ('é'), ('\uffee'), ('\ud83d\ude00')";
        String lite = sqlite("create table t (id text primary key)", insert);
        String postgres = run(Postgres.database(), "create table t (id varchar(10) primary key)", insert);
        try (EntityStore a = store(lite, "select id from t", Optional.empty());
                EntityStore b = store(postgres, "select id from t", Optional.empty())) {
            assertThat(keys(a)).containsExactly("10", "9", "B", "a", "b", "é", "\uffee", "\ud83d\ude00");
            assertThat(keys(b)).isEqualTo(keys(a));
            KeyRange range = new KeyRange(Optional.of(new EntityKey("9")), Optional.of(new EntityKey("b")));
            assertThat(b.digest(RowHash.MD5, range)).isEqualTo(a.digest(RowHash.MD5, range));
            assertThat(a.count(range)).isEqualTo(3);
            assertThat(b.last()).contains(new EntityKey("\ud83d\ude00"));
        }
    }

    @Test
    void uuidKeysServe() throws Exception {
        String postgres = run(
                Postgres.database(),
                "create table t (id uuid primary key, v int)",
                "insert into t values ('00000000-0000-0000-0000-000000000002', 1), ('f0000000-0000-0000-0000-000000000000', 2)");
        try (EntityStore store = store(postgres, "select id, v from t", write("t", Map.of("id", "id", "v", "v")))) {
            assertThat(store.keyKind()).contains(KeyKind.UUID);
            List<Document> all = store.scan(new KeyRange(Optional.of(new EntityKey("0")), Optional.empty()), 10);
            assertThat(all).hasSize(2);
            assertThat(store.read(List.of(all.getLast().key(), new EntityKey("no uuid"))))
                    .hasSize(1);
            assertThat(store.write(all).done()).hasSize(2);
            assertThat(store.delete(List.of(all.getFirst().key())).done()).hasSize(1);
            assertThat(keys(store)).containsExactly("f0000000-0000-0000-0000-000000000000");
        }
    }

    @Test
    void aTablesOwnReplaceClauseReplacesNoOtherRow() throws Exception {
        String url = sqlite(
                "create table t (id integer primary key, email text unique on conflict replace)",
                "insert into t values (1, 'a'), (2, 'b')");
        try (EntityStore store =
                        store(url, "select id, email from t", write("t", Map.of("id", "id", "email", "email")));
                EntityStore other = store(
                        sqlite("create table t (id integer primary key, email text)", "insert into t values (3, 'a')"),
                        "select id, email from t",
                        Optional.empty())) {
            assertThat(store.write(other.scan(KeyRange.ALL, 10)).refused()).containsOnlyKeys(new EntityKey("3"));
            assertThat(keys(store)).containsExactly("1", "2");
        }
    }

    @Test
    void theServicesCanWriteRightAfterABatch() throws Exception {
        String url = sqlite("create table t (id integer primary key, v text)", "insert into t values (1, 'a')");
        try (EntityStore store = store(url, "select id, v from t", write("t", Map.of("id", "id", "v", "v")))) {
            store.write(store.scan(KeyRange.ALL, 10));
            run(url, "pragma busy_timeout = 0", "update t set v = 'b'");
            store.delete(List.of(new EntityKey("1")));
            run(url, "pragma busy_timeout = 0", "insert into t values (2, 'c')");
        }
    }

    @Test
    void checkNamesEverythingThatIsMissing() throws Exception {
        String url = sqlite("create table t (id integer, v text)");
        try (EntityStore store = store(url, "select id, v from t", write("t", Map.of("id", "key", "w", "w")))) {
            assertThat(store.check().stream().map(StoreProblem::toString))
                    .allMatch(problem -> problem.startsWith("slice things, modern: "))
                    .anyMatch(problem -> problem.contains("table t has no column key"))
                    .anyMatch(
                            problem -> problem.endsWith(
                                    "table t has no column w (it has id, v); name the column it has in `write`, or add this one"))
                    .anyMatch(problem -> problem.contains("primary key () (expected (key))"))
                    .anyMatch(problem -> problem.contains("field v is read in `read` but not written"));
        }
        try (EntityStore store = store(url, "select id from nowhere", Optional.empty())) {
            assertThat(store.check().toString())
                    .contains("`read`: reading failed")
                    .contains("nowhere");
        }
        try (EntityStore store = store(url, "select v from t", Optional.empty())) {
            assertThat(store.check().toString()).contains("`read` has no column id (it has v)");
        }
        Path absent = folder.resolve("absent.db");
        try (EntityStore store = store("jdbc:sqlite:" + absent, "select 1 as id", Optional.empty())) {
            assertThat(store.check().toString()).contains("is not there");
            assertThat(absent).doesNotExist();
        }
    }

    @Test
    void checkNamesAMissingPermission() throws Exception {
        String url = run(
                Postgres.database(),
                "create table t (id int primary key)",
                "drop role if exists reader",
                "create role reader login password 'r'",
                "grant select on t to reader");
        SqlStore spec = new SqlStore(
                url.replace("user=postgres", "user=reader"),
                "reader",
                "r",
                "select id from t",
                Map.of(),
                write("t", Map.of("id", "id")));
        try (EntityStore store =
                SqlEntityStore.open(SLICE, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec)) {
            assertThat(store.check().toString())
                    .contains("no INSERT permission on table t")
                    .contains("no DELETE permission on table t");
        }
    }

    @Test
    void readsARealInvoiceDatabase() throws Exception {
        Path chinook = Path.of(System.getProperty("bailey.chinook", "../../shared/data/chinook/chinook.sqlite"));
        Assumptions.assumeTrue(
                Files.exists(chinook), "no chinook.sqlite beside the project (set -Dbailey.chinook=FILE): skipped");
        Path copy = Files.write(folder.resolve("chinook.db"), Files.readAllBytes(chinook));
        String postgres = run(
                Postgres.database(),
                "create table invoice (id int primary key, customer int, at timestamp, total numeric(10,2))");
        try (EntityStore legacy = store(
                        "jdbc:sqlite:" + copy,
                        "select InvoiceId as id, CustomerId as customer, InvoiceDate as at, Total as total from Invoice",
                        Optional.empty());
                EntityStore modern = store(
                        postgres,
                        "select * from invoice",
                        write("invoice", Map.of("id", "id", "customer", "customer", "at", "at", "total", "total")))) {
            assertThat(modern.write(legacy.scan(KeyRange.ALL, 1_000)).refused()).isEmpty();
            assertThat(modern.digest(RowHash.MD5, KeyRange.ALL)).isEqualTo(legacy.digest(RowHash.MD5, KeyRange.ALL));
            assertThat(modern.digest(RowHash.MD5, KeyRange.ALL).count()).isEqualTo(412);
        }
    }
}
