package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Engine;
import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.Server;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tables and columns that are called as words of SQL are. */
class QuotedNamesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SliceName SLICE = new SliceName("orders");
    private static final EntityKey ONE = new EntityKey("1");

    @TempDir
    Path folder;

    /** With names in square brackets in quotes of the server's. */
    private static String quoted(Server server, String sql) {
        return sql.replaceAll("[\\[\\]]", server == Server.MARIADB ? "`" : "\"");
    }

    private String database(Server server) throws Exception {
        String url = server.database(folder);
        for (String sql : List.of(
                "create table [order] ([key] bigint primary key, [group] varchar(40), [desc] bigint, [grant] bigint)",
                "create table [user] ([default] bigint primary key, [primary] varchar(40))",
                "create table [select] ([from] bigint, [where] int, [index] int, primary key ([from], [where]))",
                "create table [references] ([to] bigint primary key, [check] bigint not null unique)",
                "create table [table] (id varchar(99) primary key, state varchar(99) not null)")) {
            Engine.run(url, quoted(server, sql));
        }
        return url;
    }

    private static EntityStore store(Server server, String url, ConflictPolicy policy) {
        WriteTable write = new WriteTable(
                "order",
                Map.of("id", "key", "name", "group", "version", "desc", "owner", "grant"),
                Map.of(),
                Map.of("owner", new IdTable("references", "to", "check", Optional.of("? + 1000"))),
                Map.of("user", new PartTable("default", Map.of("main", "primary"), Map.of(), false)),
                Map.of(
                        "lines",
                        new ChildTable(
                                "select",
                                "from",
                                Map.of("nr", "where", "amount", "index"),
                                Map.of(),
                                Map.of(),
                                List.of("nr"))),
                policy == ConflictPolicy.PARK ? Optional.of("table") : Optional.empty());
        SqlStore spec = new SqlStore(
                url,
                "",
                "",
                quoted(
                        server,
                        "select o.[key] as id, o.[group] as name, o.[desc] as version, r.[to] as owner, u.[primary] as main"
                                + " from [order] o join [user] u on u.[default] = o.[key] join [references] r on r.[check] ="
                                + " o.[grant]"),
                Map.of(
                        "lines",
                        quoted(
                                server,
                                "select [from] as _key, [where] as nr, [index] as amount from [select] order by [where]")),
                Optional.of(write));
        return SqlEntityStore.open(
                SLICE, Side.MODERN, new DataSpec("id", Optional.of("version"), policy, spec, spec), spec);
    }

    private static Document order(int version, int... amounts) throws Exception {
        ObjectNode body = JSON.createObjectNode()
                .put("id", 1)
                .put("name", "name " + version)
                .put("version", version)
                .put("owner", 7)
                .put("main", "main " + version);
        var lines = body.putArray("lines");
        for (int i = 0; i < amounts.length; i++) {
            lines.addObject().put("nr", i).put("amount", amounts[i]);
        }
        return Document.of("id", body);
    }

    private static void assertHolds(EntityStore store, Document document) throws Exception {
        assertThat(store.scan(KeyRange.ALL, 10))
                .singleElement()
                .satisfies(held -> assertThat(held.pathsDiffering(document, 20)).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void everyTableIsWrittenAndEmptied(Server server) throws Exception {
        String url = database(server);
        try (EntityStore store = store(server, url, ConflictPolicy.VERSION)) {
            assertThat(store.check()).isEmpty();
            assertThat(store.write(List.of(order(1, 5, 6)))).isEqualTo(WriteReport.done(List.of(ONE)));
            assertHolds(store, order(1, 5, 6));

            store.write(List.of(order(3, 5, 8, 9)));
            assertThat(store.write(List.of(order(2, 4))).done()).isEmpty();
            assertHolds(store, order(3, 5, 8, 9));

            assertThat(store.delete(List.of(ONE)).refused()).isEmpty();
            assertThat(Engine.rows(
                            url,
                            quoted(
                                    server,
                                    "select (select count(*) from [order]), (select count(*) from [user]), (select count(*)"
                                            + " from [select])")))
                    .containsExactly("0 0 0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatSomebodyElseChangedIsSeen(Server server) throws Exception {
        String url = database(server);
        try (EntityStore store = store(server, url, ConflictPolicy.PARK)) {
            assertThat(store.check()).isEmpty();
            assertThat(store.write(List.of(order(1, 5))).done()).containsExactly(ONE);
            Engine.run(url, quoted(server, "update [order] set [group] = 'another' where [key] = 1"));

            assertThat(store.write(List.of(order(2, 5))).refused().get(ONE))
                    .contains("was changed since Bailey wrote it", "set its state in table to ''");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOutboxIsReadAndItsRowsAreDeleted(Server server) throws Exception {
        String url = server.database(folder);
        Engine.run(
                url,
                quoted(server, "create table [group] ([index] int primary key, [key] varchar(20), [user] varchar(20))"),
                quoted(server, "insert into [group] values (1, '17', 'batch'), (2, '18', null)"));
        Outbox spec = new Outbox(
                new Login(url, "", ""),
                "group",
                "index",
                KeyNames.of("key"),
                Optional.empty(),
                Optional.of("user"),
                Duration.ofSeconds(1));
        try (OutboxTable outbox = OutboxTable.open("feed", spec)) {
            List<OutboxTable.Row> rows = outbox.oldest(10);
            assertThat(rows).extracting(row -> row.key().orElseThrow().value()).containsExactly("17", "18");
            assertThat(rows).extracting(OutboxTable.Row::by).containsExactly(Optional.of("batch"), Optional.empty());
            outbox.remove(rows);
            assertThat(outbox.waiting(10)).isZero();
        }
    }

    @Test
    void rowsAreCopiedInBulk() throws Exception {
        for (Map<String, String> values : List.of(Map.<String, String>of(), Map.of("name", "lower(?)"))) {
            String url = Postgres.database();
            Engine.run(url, "create table \"order\" (\"user\" bigint primary key, \"group\" text, \"Mixed\" int)");
            WriteTable write = new WriteTable(
                    "order", Map.of("id", "USER", "name", "group", "mixed", "\"Mixed\""), values, Map.of());
            SqlStore spec = new SqlStore(
                    url,
                    "",
                    "",
                    "select \"user\" as id, \"group\" as name, \"Mixed\" as mixed from \"order\"",
                    Map.of(),
                    Optional.of(write));
            try (EntityStore store =
                    SqlEntityStore.open(SLICE, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec)) {
                assertThat(store.check()).isEmpty();
                assertThat(store.write(List.of(Document.of(
                                        "id",
                                        JSON.createObjectNode()
                                                .put("id", 1)
                                                .put("name", "a")
                                                .put("mixed", 2))))
                                .done())
                        .containsExactly(ONE);
                FlatStore flat = store.flat().orElseThrow();
                FlatWriter writer = flat.writer(false, () -> {}).orElseThrow();
                flat.rows(KeyRange.ALL, writer::add);
                writer.flush();
                assertThat(writer.written()).containsExactly(ONE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', textBlock = """
                    POSTGRESQL, Total,      '"total"'
                    POSTGRESQL, '"Total"',  '"Total"'
                    POSTGRESQL, a || b,     a || b
                    MARIADB,    Total,      `Total`
                    MARIADB,    `or der`,   `or der`
                    SQLITE,     key,        `key`
                    """)
    void aPlainNameMeansWhatItMeansWithoutQuotes(SqlDialect dialect, String declared, String expected) {
        assertThat(new QuotedNames(dialect).column(declared)).isEqualTo(expected);
    }

    private static EntityStore umlauts(String url) {
        WriteTable write = new WriteTable("ÄRGER", Map.of("id", "ID", "name", "ÜBER"), Map.of(), Map.of());
        SqlStore spec =
                new SqlStore(url, "", "", "select id, \"Über\" as name from \"Ärger\"", Map.of(), Optional.of(write));
        return SqlEntityStore.open(SLICE, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
    }

    /** A locale that knows no letters but ASCII's folds no others, whatever the encoding is. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF8", "LATIN1"})
    void capitalsBeyondAsciiAreWrittenInADatabaseThatLeavesThemAlone(String encoding) throws Exception {
        String url = encoding.equals("UTF8") ? Postgres.database() : Postgres.latin1();
        Engine.run(url, "create table ÄRGER (id bigint primary key, ÜBER text)");
        try (EntityStore store = umlauts(url)) {
            assertThat(store.check()).isEmpty();
            assertThat(store.write(List.of(Document.of(
                                    "id", JSON.createObjectNode().put("id", 1).put("name", "ü"))))
                            .done())
                    .containsExactly(ONE);
            assertThat(Engine.rows(url, "select * from \"Ärger\"")).containsExactly("1 ü");
        }
    }

    /** As in the locale en_US.ISO-8859-1, which few machines have: the function in front of the server's own folds as it does there. */
    @Test
    void capitalsThatTheDatabaseFoldsAreRefusedBeforeAnythingIsWritten() throws Exception {
        String url = Postgres.latin1();
        Engine.run(
                url,
                "create table \"ärger\" (id bigint primary key, \"über\" text)",
                "create table \"Ärger\" (id bigint primary key, \"Über\" text)",
                "create function parse_ident(text) returns text[] language sql as"
                        + " $$ select array[translate(lower($1), 'ÄÜ', 'äü')] $$",
                "do $$ begin execute format('alter database %I set search_path = public, pg_catalog',"
                        + " current_database()); end $$");
        try (EntityStore store = umlauts(url)) {
            assertThat(store.check())
                    .extracting(problem -> problem.what())
                    .hasSize(2)
                    .anySatisfy(what -> assertThat(what)
                            .contains("`write` names ÄRGER, which is ärger to this database")
                            .endsWith("in quotes: '\"ärger\"'"))
                    .anySatisfy(what -> assertThat(what).contains("ÜBER, which is über"));
        }
    }

    @Test
    void aTableIsQuotedBesideItsSchema() {
        assertThat(new QuotedNames(SqlDialect.POSTGRESQL).table("Shop.order")).isEqualTo("\"shop\".\"order\"");
        assertThat(new QuotedNames(SqlDialect.POSTGRESQL).table("\"Shop\".order"))
                .isEqualTo("\"Shop\".order");
    }
}
