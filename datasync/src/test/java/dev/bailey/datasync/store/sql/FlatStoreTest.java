package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
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
        String url = run(
                Postgres.database(),
                typed("typed"),
                typed("other"),
                "insert into typed (id, small, txt) values (1, 1, 'new'), (2, 5, 'new'), (3, 1, 'new'), (4, 1, 'new')",
                "insert into other (id, small, txt) values (1, 1, 'old'), (2, 4, 'old'), (3, 2, 'newer')");
        try (EntityStore from = store(url, "typed", Optional.of("small"), Map.of());
                EntityStore to = store(url, "other", Optional.of("small"), Map.of())) {
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
        }
    }
}
