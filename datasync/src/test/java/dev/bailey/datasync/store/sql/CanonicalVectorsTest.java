package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Maria;
import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
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
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's table of values, on real databases. */
class CanonicalVectorsTest {

    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final List<String> ENGINES = List.of("PostgreSQL", "MariaDB", "SQLite");
    private static final String LONG_TEXT = "0123456789abcdef".repeat(1 << 16);

    @TempDir
    Path folder;

    private record Vector(String canonical, List<String> types, List<String> literals) {}

    private static List<Vector> vectors() throws Exception {
        List<Vector> vectors = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../docs/guide/canonical-form.md"))) {
            String[] cells = line.split("(?<!\\\\)\\|", -1);
            if (cells.length != 6) {
                continue;
            }
            List<String> types = new ArrayList<>();
            List<String> literals = new ArrayList<>();
            for (int engine = 0; engine < ENGINES.size(); engine++) {
                List<String> spans = spans(cells[2 + engine]);
                if (spans.size() == 2) {
                    types.add(spans.getFirst());
                    literals.add(spans.getLast());
                }
            }
            if (types.size() == ENGINES.size()) {
                List<String> canonical = spans(cells[1]);
                vectors.add(new Vector(canonical.isEmpty() ? "" : canonical.getFirst(), types, literals));
            }
        }
        return vectors;
    }

    private static List<String> spans(String cell) {
        return SPAN.matcher(cell)
                .results()
                .map((MatchResult span) -> span.group(1))
                .toList();
    }

    private String url(int engine) {
        return switch (ENGINES.get(engine)) {
            case "PostgreSQL" -> Postgres.database();
            case "MariaDB" -> Maria.database();
            default -> "jdbc:sqlite:" + folder.resolve("vectors.db");
        };
    }

    private EntityStore store(int engine, List<Vector> vectors) throws Exception {
        String url = url(engine);
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "id");
        StringBuilder table = new StringBuilder("create table t (id integer primary key, large ")
                .append(ENGINES.get(engine).equals("MariaDB") ? "longtext" : "text");
        StringBuilder row =
                new StringBuilder("insert into t values (").append(engine + 1).append(", ?");
        columns.put("large", "large");
        for (int i = 0; i < vectors.size(); i++) {
            columns.put("v" + i, "v" + i);
            table.append(", v")
                    .append(i)
                    .append(' ')
                    .append(vectors.get(i).types.get(engine));
            // A timestamp of old would have a default.
            table.append(ENGINES.get(engine).equals("MariaDB") ? " null" : "");
            row.append(", ").append(vectors.get(i).literals.get(engine));
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            if (ENGINES.get(engine).equals("PostgreSQL")) {
                sql.execute("create type state as enum ('a', 'b')");
            }
            if (ENGINES.get(engine).equals("MariaDB")) {
                sql.execute("set time_zone = '+00:00'");
            }
            sql.execute(table + ")");
            try (PreparedStatement insert = connection.prepareStatement(row + ")")) {
                insert.setString(1, LONG_TEXT);
                insert.executeUpdate();
            }
        }
        SqlStore spec = new SqlStore(
                url,
                "",
                "",
                "select * from t",
                Map.of(),
                Optional.of(new WriteTable("t", columns, Map.of(), Map.of())));
        DataSpec data = new DataSpec("id", Optional.empty(), spec, spec);
        return SqlEntityStore.open(new SliceName("vectors"), Side.MODERN, data, spec);
    }

    @Test
    void everyValueOfTheGuideReadsAlikeEverywhereAndGoesFromAnyStoreToAnyOther() throws Exception {
        List<Vector> vectors = vectors();
        assertThat(vectors).hasSizeGreaterThan(25);
        List<EntityStore> stores = new ArrayList<>();
        try {
            for (int engine = 0; engine < ENGINES.size(); engine++) {
                stores.add(store(engine, vectors));
            }
            List<Document> read = new ArrayList<>();
            for (int engine = 0; engine < ENGINES.size(); engine++) {
                Document document = stores.get(engine).scan(KeyRange.ALL, 2).getFirst();
                read.add(document);
                assertSame(vectors, document, engine, "read from " + ENGINES.get(engine));
            }
            for (int from = 0; from < ENGINES.size(); from++) {
                for (int to = 0; to < ENGINES.size(); to++) {
                    String way = ENGINES.get(from) + " to " + ENGINES.get(to);
                    assertThat(stores.get(to).write(List.of(read.get(from))).refused())
                            .as(way)
                            .isEmpty();
                    EntityKey key = read.get(from).key();
                    assertSame(
                            vectors,
                            Objects.requireNonNull(
                                    stores.get(to).read(List.of(key)).get(key)),
                            to,
                            way);
                }
            }
        } finally {
            stores.forEach(EntityStore::close);
        }
    }

    private static void assertSame(List<Vector> vectors, Document document, int engine, String way) {
        for (int i = 0; i < vectors.size(); i++) {
            assertThat(
                            document.body().path("v" + i).isMissingNode()
                                    ? ""
                                    : document.body().path("v" + i).toString())
                    .as(way + ": " + vectors.get(i).types.get(engine))
                    .isEqualTo(vectors.get(i).canonical);
        }
        assertThat(document.body().path("large").stringValue().equals(LONG_TEXT))
                .as(way + ": large text")
                .isTrue();
    }
}
