package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatStoreTest {

    private static final List<String> FIELDS =
            List.of("at", "bin", "c", "d", "f", "id", "moment", "n", "ok", "r", "small", "txt", "u");

    @TempDir
    Path folder;

    private static String run(String url, String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
        return url;
    }

    private static EntityStore store(String url, String table, Optional<String> version, Map<String, String> values) {
        Map<String, String> columns = new HashMap<>();
        FIELDS.forEach(field -> columns.put(field, field));
        SqlStore spec = new SqlStore(
                url,
                "",
                "",
                "select * from " + table,
                Map.of(),
                Optional.of(new WriteTable(table, columns, values, Map.of())));
        return SqlEntityStore.open(new SliceName("things"), Side.MODERN, new DataSpec("id", version, spec, spec), spec);
    }

    private static String typed(String table) {
        return "create table " + table + " (id bigint primary key, at timestamp, moment timestamptz, n numeric, f"
                + " double precision, r real, small smallint, ok boolean, bin bytea, txt text, c char(4), u uuid, d date)";
    }

    private static final String ROWS = "insert into typed values"
            + " (1, '2026-11-20 10:00:00', '2026-11-20 10:00:00.5+02', 10.100, 0.1, 0.1, 3, true, '\\x00ff5c09', E'a\\tb\\\\c\\nd\\r', 'ab',"
            + " '00000000-0000-0000-0000-000000000001', '2026-11-20'),"
            + " (2, null, null, null, null, null, null, null, null, null, null, null, null),"
            + " (3, 'infinity', '-infinity', 'NaN', 'NaN', 'Infinity', -1, false, '', '', '', null, '0044-03-15 BC'),"
            + " (4, '0001-01-01', '1999-12-31 23:59:59.999999+00', -0.0, 1e300, 1e-7, 0, true, '\\x', '\\N', 'é', null, '9999-12-31'),"
            + " (5, '2026-11-20 10:00:00.000001', now(), 1e20, 100, 5, 7, false, '\\x5c', '\\.', '\"', null, null),"
            + " (6, null, null, -12300.0450, -1.5, 2, 32767, true, null, '0', 'ä', null, null)";

    @Test
    void rowsAreTheDocumentsWhateverTheType() throws Exception {
        String url = run(Postgres.database(), typed("typed"), ROWS);
        try (EntityStore store = store(url, "typed", Optional.empty(), Map.of())) {
            FlatStore flat = store.flat().orElseThrow();
            assertThat(flat.flatFields()).contains(FIELDS);

            List<Document> rows = new ArrayList<>();
            flat.rows(KeyRange.ALL, row -> rows.add(row.document()));

            List<Document> documents = store.scan(KeyRange.ALL, 10);
            assertThat(rows).hasSameSizeAs(documents);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).pathsDiffering(documents.get(i), 20))
                        .as(documents.get(i).body().toString())
                        .isEmpty();
            }
        }
    }

    private static EntityStore read(String url, String select) {
        SqlStore spec = new SqlStore(url, "", "", select, Map.of(), Optional.empty());
        return SqlEntityStore.open(
                new SliceName("things"), Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
    }

    /** What {@code COPY} reads, held against what a result set does. */
    private static List<Document> copied(EntityStore store, KeyRange range) throws Exception {
        List<Document> rows = new ArrayList<>();
        store.flat().orElseThrow().rows(range, row -> rows.add(row.document()));
        List<Document> documents = store.scan(KeyRange.ALL, 100).stream()
                .filter(document -> holds(range, document))
                .toList();
        assertThat(rows)
                .extracting(Document::key)
                .containsExactlyElementsOf(documents.stream().map(Document::key).toList());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).pathsDiffering(documents.get(i), 20))
                    .as(rows.get(i).body() + " for " + documents.get(i).body())
                    .isEmpty();
        }
        return rows;
    }

    private static boolean holds(KeyRange range, Document document) {
        return range.after()
                        .filter(after -> document.key().compareTo(after) <= 0)
                        .isEmpty()
                && range.upTo()
                        .filter(upTo -> document.key().compareTo(upTo) > 0)
                        .isEmpty();
    }

    @Test
    void whatIsCopiedOutIsWhatAResultSetGives() throws Exception {
        String url = run(
                Postgres.database(),
                "create table usual (id bigint primary key, at timestamp, moment timestamptz, n numeric, small smallint, ok"
                        + " boolean, \"txt\" text, u uuid, \"odd \"\"name?\" varchar(9))",
                "insert into usual values"
                        + " (1, '2026-11-20 10:00:00', '2026-11-20 10:00:00.5+02', 10.100, 3, true,"
                        + " E'\\b\\f\\n\\r\\t\\x0b\\\\ \\\\N', '00000000-0000-0000-0000-000000000001', 'x'),"
                        + " (2, null, null, null, null, null, null, null, null),"
                        + " (3, 'infinity', '-infinity', 'NaN', -1, false, '', null, ''),"
                        + " (4, '0001-01-01', '1999-12-31 23:59:59.999999+00', -0.0, 0, true, E'\\\\N', null, '\\.'),"
                        + " (5, '2026-11-20 10:00:00.000001', '2026-06-01 00:00:00+05:30', 1e20, 7, false, 'ä😀', null, null),"
                        + " (6, '0044-03-15 12:00:00 BC', '12026-01-01 00:00:00+00', -12300.0450, 32767, true, 'N', null, null),"
                        + " (7, '0044-03-15 12:00:00.5 BC', '0001-01-01 00:00:00.25+00', 'Infinity', 0, true, E'\\\\', null, null)");
        try (EntityStore store = read(url, "select * from usual")) {
            assertThat(copied(store, KeyRange.ALL)).hasSize(7);
            assertThat(copied(store, new KeyRange(Optional.of(new EntityKey("2")), Optional.of(new EntityKey("5")))))
                    .hasSize(3);
        }
    }

    @Test
    void aRangeOfAnyTextIsCopiedOut() throws Exception {
        String url = run(
                Postgres.database(),
                "create table texts (\"is?\" text primary key, n int)",
                "insert into texts values ('a', 1), ('it''s', 2), (E'back\\\\slash', 3), ('?', 4), ('z\"?', 5)");
        try (EntityStore store = read(url, "select \"is?\" as id, n as \"n?\" from texts")) {
            for (Document one : store.scan(KeyRange.ALL, 100)) {
                copied(store, new KeyRange(Optional.of(one.key()), Optional.empty()));
                copied(store, new KeyRange(Optional.empty(), Optional.of(one.key())));
            }
        }
    }

    @Test
    void aRowThatIsNotWantedEndsTheReadingAndTheNextOneBegins() throws Exception {
        String url = run(
                Postgres.database(),
                "create table many (id bigint primary key)",
                "insert into many select generate_series(1, 50000)");
        try (EntityStore store = read(url, "select * from many")) {
            FlatStore flat = store.flat().orElseThrow();
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> flat.rows(KeyRange.ALL, row -> {
                            throw new StoreException("enough");
                        }))
                        .hasMessageContaining("enough");
            }
            List<EntityKey> keys = new ArrayList<>();
            flat.rows(KeyRange.ALL, row -> keys.add(row.key()));
            assertThat(keys).hasSize(50_000);
        }
    }

    @Test
    void whereCopyIsNotToBeHadRowsAreReadAsAResultSet() throws Exception {
        String url = run(
                Postgres.database(),
                "create table two (id bigint primary key)",
                "insert into two values (1), (2)",
                "create function no_copy() returns int language plpgsql as $$ begin if current_query() ilike 'copy%' then raise"
                        + " exception 'no such feature' using errcode = '0A000'; end if; return 1; end $$");
        try (EntityStore store = read(url, "select id, no_copy() as n from two")) {
            assertThat(copied(store, KeyRange.ALL)).hasSize(2);
            assertThat(copied(store, KeyRange.ALL)).hasSize(2);
        }
    }

    @Test
    void equalDocumentsHaveEqualDigestsAndOthersOthers() throws Exception {
        String postgres = run(
                Postgres.database(),
                "create table a (id int primary key, n numeric, v text)",
                "insert into a values (1, 1.50, 'x'), (2, null, 'x'), (3, 15, ''), (4, 1, '5'), (5, 15, null)");
        String lite = run(
                "jdbc:sqlite:" + folder.resolve("a.db"),
                "create table a (id integer primary key, v text, n real)",
                "insert into a values (1, 'x', 1.5), (2, 'x', null), (3, '', 15), (4, '5', 1), (5, null, 15)");
        Map<EntityKey, Long> left = digests(postgres);
        assertThat(left).isEqualTo(digests(lite));
        assertThat(left.values()).doesNotHaveDuplicates();
    }

    private static Map<EntityKey, Long> digests(String url) throws Exception {
        SqlStore spec = new SqlStore(url, "", "", "select * from a", Map.of(), Optional.empty());
        Map<EntityKey, Long> digests = new HashMap<>();
        try (EntityStore store = SqlEntityStore.open(
                new SliceName("things"), Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec)) {
            store.flat().orElseThrow().rows(KeyRange.ALL, row -> digests.put(row.key(), row.digest()));
        }
        return digests;
    }

    @Test
    void whatIsCopiedReadsBackTheSameStraightAndStaged() throws Exception {
        String url = run(Postgres.database(), typed("typed"), typed("straight"), typed("staged"), ROWS);
        for (String table : List.of("straight", "staged")) {
            Map<String, String> values = table.equals("staged") ? Map.of("n", "? + 0", "txt", "? || ''") : Map.of();
            try (EntityStore from = store(url, "typed", Optional.empty(), Map.of());
                    EntityStore to = store(url, table, Optional.empty(), values)) {
                FlatWriter writer =
                        to.flat().orElseThrow().writer(true, () -> {}).orElseThrow();
                from.flat().orElseThrow().rows(KeyRange.ALL, row -> {
                    // What PostgreSQL would not take: NaN is a text in the canonical form.
                    if (!row.key().value().equals("3")) {
                        writer.add(row);
                    }
                });
                writer.flush();

                assertThat(writer.written()).as(table).hasSize(5);
                assertThat(to.digest(RowHash.MD5, KeyRange.ALL).count()).isEqualTo(5);
                List<Document> all = to.scan(KeyRange.ALL, 10);
                assertThat(from.read(all.stream().map(Document::key).toList()).values())
                        .extracting(document -> document.digest(RowHash.MD5))
                        .containsExactlyInAnyOrderElementsOf(all.stream()
                                .map(document -> document.digest(RowHash.MD5))
                                .toList());
            }
        }
    }

    @Test
    void whatIsThereIsUpdatedByPrimaryKeyAndNothingNewerIsOverwritten() throws Exception {
        updatedByPrimaryKey(Map.of());
        updatedByPrimaryKey(Map.of("txt", "? || ''"));
    }

    private static void updatedByPrimaryKey(Map<String, String> values) throws Exception {
        String url = run(
                Postgres.database(),
                typed("typed"),
                typed("other"),
                "insert into typed (id, small, txt) values (1, 1, 'new'), (2, 5, 'new'), (3, 1, 'new'), (4, 1, 'new')",
                "insert into other (id, small, txt) values (1, 1, 'old'), (2, 4, 'old'), (3, 2, 'newer')");
        try (EntityStore from = store(url, "typed", Optional.of("small"), Map.of());
                EntityStore to = store(url, "other", Optional.of("small"), values)) {
            FlatWriter writer = to.flat().orElseThrow().writer(true, () -> {}).orElseThrow();
            from.flat().orElseThrow().rows(KeyRange.ALL, writer::add);
            writer.flush();

            assertThat(to.scan(KeyRange.ALL, 10))
                    .extracting(document -> document.body().path("txt").asString())
                    .containsExactly("new", "new", "newer", "new");
        }
    }

    @Test
    void rowsTheStoreWillNotHaveAreLeftOutAndTheOthersStand() throws Exception {
        String url = run(
                Postgres.database(),
                typed("typed"),
                typed("other"),
                "insert into typed (id, small, txt) select i, 1, 't' || i from generate_series(1, 1000) i",
                "create unique index one on other (txt)",
                "insert into other (id, txt) values (5000, 't500')",
                "alter table other add constraint no_700 check (id <> 700)");
        try (EntityStore from = store(url, "typed", Optional.empty(), Map.of());
                EntityStore to = store(url, "other", Optional.empty(), Map.of())) {
            FlatWriter writer = to.flat().orElseThrow().writer(true, () -> {}).orElseThrow();
            from.flat().orElseThrow().rows(KeyRange.ALL, writer::add);
            writer.flush();

            assertThat(writer.written())
                    .hasSizeBetween(900, 998)
                    .doesNotContain(new EntityKey("500"), new EntityKey("700"));
            assertThat(to.count(KeyRange.ALL)).isEqualTo(writer.written().size() + 1L);
            assertThat(to.read(List.of(new EntityKey("5000")))).hasSize(1);
        }
    }

    @Test
    void aDatabaseWithoutTemporaryTablesIsAskedOnce() throws Exception {
        String url = run(
                Postgres.database(),
                typed("typed"),
                "insert into typed (id) values (1)",
                "drop role if exists plain",
                "create role plain login password 'p'",
                "grant select, insert, update on typed to plain",
                "do $$ begin execute 'revoke temporary on database ' || current_database() || ' from public'; end $$");
        try (EntityStore to = store(
                url.replace("user=postgres", "user=plain&password=p"),
                "typed",
                Optional.empty(),
                Map.of("n", "? + 0"))) {
            FlatStore flat = to.flat().orElseThrow();
            FlatWriter writer = flat.writer(false, () -> {}).orElseThrow();
            flat.rows(KeyRange.ALL, writer::add);
            writer.flush();

            assertThat(writer.written()).isEmpty();
            assertThat(flat.writer(false, () -> {})).isEmpty();
            EntityStore timed =
                    to.timed("bailey x/1", Duration.ofSeconds(10), () -> {}).orElseThrow();
            assertThat(timed.flat().orElseThrow().writer(false, () -> {}))
                    .as("by another way to the same database")
                    .isEmpty();
        }
    }
}
