package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Maria;
import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.Shop;
import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What MariaDB computes is what Java computes, and what PostgreSQL does. The seed of a failure is in its message. */
class MariaDigestsTest {

    private static final int ROWS = 300;

    /** A column's type in MariaDB; in PostgreSQL, or empty where it has none of its kind; and whose odd values it gets. */
    private record Column(String maria, String postgres, String values) {}

    private static final Map<String, Column> COLUMNS = columns();

    private static Map<String, Column> columns() {
        Map<String, Column> columns = new LinkedHashMap<>();
        columns.put("small", new Column("smallint", "smallint", "smallint"));
        columns.put("Plain", new Column("integer", "integer", "integer"));
        columns.put("it's \"big\"", new Column("bigint", "bigint", "bigint"));
        columns.put("unsigned", new Column("bigint unsigned", "numeric(20)", "unsigned"));
        columns.put("filled", new Column("int(8) zerofill", "bigint", "filled"));
        columns.put("money", new Column("decimal(20,4)", "numeric(20,4)", "numeric(20,4)"));
        columns.put("widest", new Column("decimal(65,30)", "numeric(65,30)", "widest"));
        columns.put("filled decimal", new Column("decimal(9,2) zerofill", "numeric(9,2)", "filled"));
        columns.put("whole", new Column("decimal(30,0)", "numeric(30,0)", "bigint"));
        columns.put("words", new Column("longtext", "text", "text"));
        columns.put("änd", new Column("varchar(2000)", "varchar(2000)", "text"));
        columns.put("tick`ed", new Column("text collate utf8mb4_nopad_bin", "text", "text"));
        columns.put("narrow", new Column("varchar(40) character set latin1", "text", "narrow"));
        columns.put("padded", new Column("char(20)", "text", "char"));
        columns.put("flag", new Column("tinyint(1)", "boolean", "flag"));
        columns.put("bit", new Column("bit(1)", "boolean", "flag"));
        columns.put("more than truth", new Column("tinyint(1)", "", "digit"));
        columns.put("bits", new Column("bit(10)", "text", "bits"));
        columns.put("all bits", new Column("bit(64)", "text", "all bits"));
        columns.put("blob", new Column("longblob", "bytea", "bytea"));
        columns.put("bytes", new Column("varbinary(400)", "bytea", "bytea"));
        columns.put("day", new Column("date", "date", "date"));
        columns.put("local", new Column("datetime(6)", "timestamp", "timestamp"));
        columns.put("seconds", new Column("datetime", "timestamp(0)", "seconds"));
        columns.put("moment", new Column("timestamp(6) null", "timestamptz", "moment"));
        columns.put("milli", new Column("timestamp(3) null", "timestamptz(3)", "milli"));
        columns.put("coarser", new Column("datetime(4)", "timestamp(4)", "tenths"));
        columns.put("span", new Column("time(3)", "", "span"));
        columns.put("year", new Column("year", "integer", "year"));
        columns.put("uid", new Column("uuid", "uuid", "uuid"));
        columns.put("state", new Column("enum('new', 'it''s \"paid\"', 'ünder way')", "text", "state"));
        columns.put("tags", new Column("set('a', 'b', 'ü')", "text", "tags"));
        return columns;
    }

    private String maria = "";
    private String postgres = "";
    private Connection connection;
    private Connection other;

    @BeforeEach
    void tables() throws SQLException {
        maria = Maria.database();
        postgres = Postgres.database();
        connection = DriverManager.getConnection(maria);
        execute("set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
        other = DriverManager.getConnection(postgres);
        execute("create table thing (id bigint primary key"
                + COLUMNS.entrySet().stream()
                        .map(column -> ", " + SqlDialect.MARIADB.quoted(column.getKey()) + " "
                                + column.getValue().maria())
                        .collect(Collectors.joining())
                + ")");
        try (Statement statement = other.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            statement.execute("create table thing (id bigint primary key"
                    + COLUMNS.entrySet().stream()
                            .filter(column -> !column.getValue().postgres().isEmpty())
                            .map(column -> ", " + SqlDialect.POSTGRESQL.quoted(column.getKey()) + " "
                                    + column.getValue().postgres())
                            .collect(Collectors.joining())
                    + ")");
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        other.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> odd(String values) {
        List<String> odd = switch (values) {
            case "unsigned" -> List.of("0", "18446744073709551615", "9223372036854775808", "7");
            case "filled" -> List.of("0", "7", "9999999");
            case "widest" ->
                List.of(
                        "0",
                        "-0.0",
                        "12345678901234567890123456789012345.123456789012345678901234567890",
                        "-1e-30",
                        "5");
            case "narrow" -> List.of("", " ", "äöü ß", "a\u001fb", "  padded  ");
            case "char" -> List.of("", "x", "  ab", "ä🙂", "a\u001fb");
            case "flag" -> List.of("0", "1");
            case "digit" -> List.of("0", "1", "2", "-1", "127");
            case "bits" -> List.of("0000000000", "1000000001", "1111111111");
            case "all bits" -> List.of("0".repeat(64), "1".repeat(64), "1" + "0".repeat(63));
            case "seconds" -> List.of("2026-11-20 10:00:00", "0999-12-31 23:59:59", "1969-12-31 23:59:50");
            case "moment" ->
                List.of(
                        "1970-01-01 00:00:01",
                        "2026-11-20 10:00:00.123456",
                        "2026-11-20 10:00:00.100000",
                        "2026-03-29 02:30:00",
                        "2038-01-19 03:14:07.999999");
            case "milli" -> List.of("2026-11-20 10:00:00.120", "2026-11-20 10:00:00", "2026-11-20 10:00:10.001");
            case "tenths" -> List.of("2026-11-20 10:00:00.0012", "0999-12-31 23:59:59.9", "2026-03-08 02:30:00");
            case "span" -> List.of("-10:00:00.001", "838:59:58.01", "00:00:00", "10:00:00.5", "-00:00:01");
            case "year" -> List.of("1901", "2026", "2155");
            case "tags" -> List.of("", "a", "a,b", "a,b,ü");
            default -> OddValues.of(values);
        };
        return odd.stream().filter(value -> !value.endsWith("infinity")).toList();
    }

    private static @Nullable String next(Random random, OddValues values, Column column) {
        List<String> odd = odd(column.values());
        boolean known = odd.equals(OddValues.of(column.values()))
                || List.of("date", "timestamp").contains(column.values());
        if (!known || random.nextInt(3) == 0) {
            return random.nextInt(8) == 0 ? null : odd.get(random.nextInt(odd.size()));
        }
        String value = column.values().equals("uuid") ? uuid(random) : values.next(column.values());
        return value == null || value.endsWith("infinity") ? null : value;
    }

    /** MariaDB takes only those that are of a variant. */
    private static String uuid(Random random) {
        return new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() >>> 2 | Long.MIN_VALUE).toString();
    }

    private static void bind(PreparedStatement statement, int at, String type, @Nullable String value)
            throws SQLException {
        if (value == null) {
            statement.setObject(at, null);
        } else if (value.startsWith("\\x")
                && (type.contains("blob") || type.contains("binary") || type.equals("bytea"))) {
            statement.setBytes(at, HexFormat.of().parseHex(value.substring(2)));
        } else {
            statement.setString(at, value);
        }
    }

    /** Puts values into a row that is there at both databases, a value a column. */
    private void set(long id, Map<String, Optional<String>> values) throws SQLException {
        for (boolean ofMaria : new boolean[] {true, false}) {
            SqlDialect dialect = ofMaria ? SqlDialect.MARIADB : SqlDialect.POSTGRESQL;
            Map<String, String> types = new LinkedHashMap<>();
            values.keySet().forEach(name -> {
                Column column = Objects.requireNonNull(COLUMNS.get(name));
                String type = ofMaria ? column.maria() : column.postgres();
                if (!type.isEmpty()) {
                    types.put(name, type);
                }
            });
            if (types.isEmpty()) {
                continue;
            }
            String sql = "update thing set "
                    + types.entrySet().stream()
                            .map(column -> dialect.quoted(column.getKey()) + " = " + mark(ofMaria, column.getValue()))
                            .collect(Collectors.joining(", "))
                    + " where id = " + id;
            try (PreparedStatement statement = (ofMaria ? connection : other).prepareStatement(sql)) {
                int at = 1;
                for (Map.Entry<String, String> column : types.entrySet()) {
                    bind(
                            statement,
                            at++,
                            column.getValue(),
                            Objects.requireNonNull(values.get(column.getKey())).orElse(null));
                }
                statement.executeUpdate();
            }
        }
    }

    private static String mark(boolean ofMaria, String type) {
        if (ofMaria) {
            return type.startsWith("bit(") ? "cast(conv(?, 2, 10) as unsigned)" : "?";
        }
        return switch (type) {
            case "timestamptz", "timestamptz(3)" -> "cast(cast(? as text) || 'Z' as " + type + ")";
            case "boolean" -> "cast(cast(? as text) as boolean)";
            case "bytea" -> "?";
            default -> "cast(cast(? as text) as " + type + ")";
        };
    }

    private void rows(long from, long upTo) throws SQLException {
        for (Connection each : List.of(connection, other)) {
            try (PreparedStatement statement = each.prepareStatement("insert into thing (id) values (?)")) {
                for (long id = from; id <= upTo; id++) {
                    statement.setLong(1, id);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }
    }

    private static SqlStore spec(String url, String read) {
        return new SqlStore(url, "", "", read, Map.of(), Optional.empty());
    }

    private static EntityStore store(String url, String read) {
        SqlStore spec = spec(url, read);
        return SqlEntityStore.open(Shop.ORDERS, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
    }

    private static SequencedMap<EntityKey, Long> streamed(EntityStore store) throws Exception {
        SequencedMap<EntityKey, Long> digests = new LinkedHashMap<>();
        for (Document document : store.scan(KeyRange.ALL, 10_000)) {
            digests.put(document.key(), document.digest(RowHash.MD5));
        }
        return digests;
    }

    /** As the database has it; empty when it would have to be streamed. */
    private Optional<SequencedMap<EntityKey, Long>> computed() throws Exception {
        Projection projection =
                new Projection(SqlDialect.MARIADB, KeyNames.of("id"), spec(maria, "select * from thing"));
        KeyColumns key = projection.key(connection).orElseThrow();
        return new SqlDigests(SqlDialect.MARIADB, projection, false).rows(connection, key, RowHash.MD5, KeyRange.ALL);
    }

    private void useBaileysSession() throws SQLException {
        connection.close();
        connection = DriverManager.getConnection(maria + "&useServerPrepStmts=true");
        execute("set names utf8mb4, time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
    }

    private static String shared(SqlDialect dialect) {
        return "select id"
                + COLUMNS.entrySet().stream()
                        .filter(column -> !column.getValue().postgres().isEmpty())
                        .map(column -> ", " + dialect.quoted(column.getKey()))
                        .collect(Collectors.joining())
                + " from thing";
    }

    @Test
    void everyKnownOddValueIsComputedAsItIsStreamedAndAsPostgresComputesIt() throws Exception {
        useBaileysSession();
        long id = 0;
        List<String> tried = new ArrayList<>();
        for (Map.Entry<String, Column> column : COLUMNS.entrySet()) {
            for (String value : odd(column.getValue().values())) {
                id++;
                tried.add(column.getKey() + " " + value);
                rows(id, id);
                set(id, Map.of(column.getKey(), Optional.of(value)));
            }
        }
        assertThat(id).isGreaterThan(150);
        try (EntityStore store = store(maria, "select * from thing")) {
            assertThat(store.digesting()).isInstanceOf(Digesting.Computed.class);
            Map<EntityKey, Long> here = computed().orElseThrow();
            assertThat(streamed(store).entrySet().stream()
                            .filter(row -> !row.getValue().equals(here.get(row.getKey())))
                            .map(row -> tried.get(Integer.parseInt(row.getKey().value()) - 1))
                            .toList())
                    .isEmpty();
        }
        assertPostgresComputesTheSame();
    }

    private void assertPostgresComputesTheSame() throws Exception {
        try (EntityStore legacy = store(maria, shared(SqlDialect.MARIADB));
                EntityStore modern = store(postgres, shared(SqlDialect.POSTGRESQL))) {
            assertThat(legacy.digesting()).isInstanceOf(Digesting.Computed.class);
            assertThat(modern.digesting()).isInstanceOf(Digesting.Computed.class);
            assertThat(new StorePair(Shop.ORDERS, legacy, modern).rowDigest()).isEqualTo(RowHash.MD5);
            SequencedMap<EntityKey, Long> here = legacy.rows(RowHash.MD5, KeyRange.ALL);
            assertThat(here).isEqualTo(modern.rows(RowHash.MD5, KeyRange.ALL));
            List<EntityKey> cuts = legacy.cuts(KeyRange.ALL, 20, 9);
            List<RangeDigest> parts = legacy.digests(RowHash.MD5, KeyRange.ALL, cuts);
            assertThat(parts).isEqualTo(modern.digests(RowHash.MD5, KeyRange.ALL, cuts));
            RangeDigest sum = RangeDigest.EMPTY;
            for (long digest : here.values()) {
                sum = sum.plus(digest);
            }
            assertThat(legacy.digest(RowHash.MD5, KeyRange.ALL)).isEqualTo(sum);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void randomRowsAreComputedAsTheyAreStreamedAndEveryChangeShows() throws Exception {
        useBaileysSession();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        OddValues values = new OddValues(random);
        connection.setAutoCommit(false);
        other.setAutoCommit(false);
        rows(1, ROWS);
        for (long id = 1; id <= ROWS; id++) {
            Map<String, Optional<String>> row = new LinkedHashMap<>();
            COLUMNS.forEach((name, column) -> row.put(name, Optional.ofNullable(next(random, values, column))));
            set(id, row);
        }
        connection.commit();
        other.commit();
        try (EntityStore store = store(maria, "select * from thing")) {
            SequencedMap<EntityKey, Long> before = computed().orElseThrow();
            assertThat(before).as("seed %d", seed).isEqualTo(streamed(store));
            assertPostgresComputesTheSame();
            Map<EntityKey, Document> documents = new LinkedHashMap<>();
            store.scan(KeyRange.ALL, ROWS).forEach(document -> documents.put(document.key(), document));
            List<String> names = List.copyOf(COLUMNS.keySet());
            for (long id = 1; id <= ROWS; id++) {
                String name = names.get(random.nextInt(names.size()));
                Column column = Objects.requireNonNull(COLUMNS.get(name));
                set(id, Map.of(name, Optional.ofNullable(next(random, values, column))));
            }
            connection.commit();
            other.commit();
            SequencedMap<EntityKey, Long> after = computed().orElseThrow();
            List<EntityKey> wrong = new ArrayList<>();
            int changed = 0;
            for (Document document : store.scan(KeyRange.ALL, ROWS)) {
                boolean equal = document.sameAs(Objects.requireNonNull(documents.get(document.key())));
                changed += equal ? 0 : 1;
                if (equal != Objects.equals(before.get(document.key()), after.get(document.key()))) {
                    wrong.add(document.key());
                }
            }
            assertThat(changed).as("seed %d", seed).isGreaterThan(ROWS / 2);
            assertThat(wrong).as("seed %d", seed).isEmpty();
            assertPostgresComputesTheSame();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aZeroDateIsAnErrorStillAndNamesItsColumn() throws Exception {
        execute("set sql_mode = ''");
        for (String column : List.of("day", "local", "moment")) {
            execute("delete from thing");
            execute("insert into thing (id, " + column + ") values (1, '0000-00-00')");
            try (EntityStore store = store(maria, "select * from thing")) {
                Assertions.assertThatThrownBy(() -> store.digest(RowHash.MD5, KeyRange.ALL))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("column " + column + " holds a zero date");
            }
        }
    }

    /** The server answers null instead of a text that is longer than its largest packet. */
    @Test
    void aBlobThatTheServerCannotSpellIsStreamedAndNotTakenForNothing() throws Exception {
        rows(1, 3);
        byte[] blob = new byte[900_000];
        try (PreparedStatement statement = connection.prepareStatement("update thing set `blob` = ? where id = ?")) {
            for (long id = 2; id <= 3; id++) {
                blob[0] = (byte) id;
                statement.setBytes(1, blob);
                statement.setLong(2, id);
                statement.executeUpdate();
            }
        }
        execute("set @packet = @@global.max_allowed_packet");
        execute("set global max_allowed_packet = 1048576");
        try (EntityStore store = store(maria, "select id, `blob` from thing")) {
            SequencedMap<EntityKey, Long> streamed = streamed(store);
            assertThat(streamed.values()).doesNotHaveDuplicates().hasSize(3);
            assertThat(store.rows(RowHash.MD5, KeyRange.ALL)).isEqualTo(streamed);
            RangeDigest sum = RangeDigest.EMPTY;
            for (long digest : streamed.values()) {
                sum = sum.plus(digest);
            }
            assertThat(store.digest(RowHash.MD5, KeyRange.ALL)).isEqualTo(sum);
        } finally {
            execute("set global max_allowed_packet = @packet");
        }
    }

    /** There, a text put together with null is not null, so that a zero date would look like none. */
    @Test
    void aServerThatPassesNullsByIsStreamed() throws Exception {
        useBaileysSession();
        rows(1, 1);
        execute("set sql_mode = 'ORACLE'");
        assertThat(computed()).isEmpty();
    }

    /** The driver's own text of it is an hour later there, and has .1 for .001. */
    @Test
    void aTimeThatThisMachinesZoneLeavesOutIsReadAsItIs() throws Exception {
        TimeZone here = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        execute("create table gap (id bigint primary key, local datetime(3), moment timestamp(3) null, span time(3))");
        execute("insert into gap values (1, '2026-03-08 02:30:00.001', '2026-03-08 02:30:00.001', '-02:30:00.001')");
        try (EntityStore store = store(maria, "select * from gap")) {
            assertThat(store.scan(KeyRange.ALL, 1).getFirst().body().toString())
                    .isEqualTo("{\"id\":1,\"local\":\"2026-03-08T02:30:00.001\",\"moment\":"
                            + "\"2026-03-08T02:30:00.001Z\",\"span\":\"-02:30:00.001\"}");
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Test
    void namesTheColumnThatMakesItStream() throws Exception {
        execute("create table odd (id bigint primary key, weight double, body json, at point)");
        for (Map.Entry<String, String> reason : Map.of(
                        "select id, weight from odd", "column weight is of type DOUBLE",
                        "select id, body from odd", "column body is of type JSON",
                        "select id, at from odd", "column at is of type")
                .entrySet()) {
            try (EntityStore store = store(maria, reason.getKey())) {
                assertThat(store.digesting())
                        .as(reason.getValue())
                        .isInstanceOfSatisfying(
                                Digesting.Streamed.class,
                                streamed -> assertThat(streamed.why()).contains(reason.getValue()));
            }
        }
    }

    /** A chunk is a range of the index: the whole table is not looked at for it. */
    @Test
    void aChunkIsReadByTheIndexOfItsKey() throws Exception {
        useBaileysSession();
        rows(1, 3_000);
        execute("analyze table thing");
        Projection projection =
                new Projection(SqlDialect.MARIADB, KeyNames.of("id"), spec(maria, "select * from thing"));
        KeyColumns key = projection.key(connection).orElseThrow();
        KeyCondition condition =
                key.in(new KeyRange(Optional.of(new EntityKey("1000")), Optional.of(new EntityKey("1100"))));
        String sql = new MariaDigestSql()
                .parts(
                        "case when q.id <= 1050 then 0 else 1 end",
                        "cast(1 as signed)",
                        projection.from() + condition.where());
        try (PreparedStatement statement = connection.prepareStatement("explain " + sql)) {
            condition.bind(statement, 1);
            try (ResultSet plan = statement.executeQuery()) {
                boolean ranged = false;
                while (plan.next()) {
                    if ("range".equals(plan.getString("type"))) {
                        ranged = true;
                        assertThat(plan.getString("key")).isEqualTo("PRIMARY");
                        assertThat(plan.getLong("rows")).isLessThan(500);
                    }
                    assertThat(plan.getLong("rows")).isLessThan(500);
                }
                assertThat(ranged).isTrue();
            }
        }
    }
}
