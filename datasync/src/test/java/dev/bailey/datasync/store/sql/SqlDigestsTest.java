package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.Shop;
import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.RecordHash;
import dev.bailey.datasync.store.RecordHash.Kind;
import dev.bailey.datasync.store.RowDigest;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL computes is what Java computes, value by value. The seed of a failure is in its message. */
class SqlDigestsTest {

    private static final int ROWS = 400;

    /** Every type that SQL can spell; the names are chosen to need quoting and ordering. */
    private static final Map<String, String> COLUMNS = columns();

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("small", "smallint");
        columns.put("Plain", "integer");
        columns.put("it's \"big\"", "bigint");
        columns.put("money", "numeric(20,4)");
        columns.put("any number", "numeric");
        columns.put("words", "text");
        columns.put("änd", "varchar(2000)");
        columns.put("title", "name");
        columns.put("uid", "uuid");
        columns.put("flag", "boolean");
        columns.put("blob", "bytea");
        columns.put("day", "date");
        columns.put("local", "timestamp");
        columns.put("moment", "timestamptz");
        columns.put("coarse", "timestamptz(0)");
        columns.put("state", "state");
        columns.put("back\\slash", "text collate \"C\"");
        return columns;
    }

    private String url = "";
    private Connection connection;

    @BeforeEach
    void table() throws SQLException {
        url = Postgres.database();
        connection = DriverManager.getConnection(url);
        execute("create type state as enum ('new', 'it''s \"paid\"', 'ünder way')");
        StringBuilder ddl = new StringBuilder("create table thing (id bigint primary key");
        COLUMNS.forEach((name, type) ->
                ddl.append(", ").append(quoted(name)).append(' ').append(type));
        execute(ddl + ")");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String type(String column) {
        return Objects.requireNonNull(COLUMNS.get(column));
    }

    private void set(long id, String column, @Nullable String value) throws SQLException {
        String type = type(column).replace(" collate \"C\"", "");
        String sql = "insert into thing (id, " + quoted(column) + ") values (?, cast(? as " + type
                + ")) on conflict (id) do update set " + quoted(column) + " = excluded." + quoted(column);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, id);
            statement.setString(2, value);
            statement.executeUpdate();
        }
    }

    private static SqlStore spec(String url, String read) {
        return new SqlStore(url, "", "", read, Map.of(), Optional.empty());
    }

    private static EntityStore store(String url, String read) {
        SqlStore spec = spec(url, read);
        return SqlEntityStore.open(Shop.ORDERS, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
    }

    private static SequencedMap<EntityKey, Long> streamed(EntityStore store, RowDigest hash) throws Exception {
        SequencedMap<EntityKey, Long> digests = new LinkedHashMap<>();
        for (Document document : store.scan(KeyRange.ALL, 10_000)) {
            digests.put(document.key(), document.digest(hash));
        }
        return digests;
    }

    /** As the database has it; empty when it would have to be streamed. */
    private Optional<SequencedMap<EntityKey, Long>> computed(RowDigest hash) throws Exception {
        Projection projection =
                new Projection(SqlDialect.POSTGRESQL, KeyNames.of("id"), spec(url, "select * from thing"));
        KeyColumns key = projection.key(connection).orElseThrow();
        return new SqlDigests(SqlDialect.POSTGRESQL, projection, false).rows(connection, key, hash, KeyRange.ALL);
    }

    private static List<RowDigest> all(EntityStore store) throws Exception {
        Digesting.Computed computed = (Digesting.Computed) store.digesting();
        List<RowDigest> all = new ArrayList<>(computed.hashes());
        all.add(computed.record().orElseThrow());
        assertThat(all).hasSize(3);
        return all;
    }

    private void same() throws Exception {
        try (EntityStore store = store(url, "select * from thing")) {
            for (RowDigest hash : all(store)) {
                assertThat(computed(hash)).as("%s", hash).contains(streamed(store, hash));
            }
        }
    }

    @Test
    void everyKnownOddValueIsComputedAsItIsStreamed() throws Exception {
        long id = 0;
        for (String column : COLUMNS.keySet()) {
            for (String value : OddValues.of(type(column))) {
                set(++id, column, value);
            }
        }
        assertThat(id).isGreaterThan(100);
        same();
    }

    @Test
    void randomRowsAreComputedAsTheyAreStreamedAndEveryChangeShows() throws Exception {
        long seed = new Random().nextLong();
        OddValues values = new OddValues(new Random(seed));
        connection.setAutoCommit(false);
        for (long id = 1; id <= ROWS; id++) {
            execute("insert into thing (id) values (" + id + ")");
            for (Map.Entry<String, String> column : COLUMNS.entrySet()) {
                set(id, column.getKey(), values.next(column.getValue()));
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        try (EntityStore store = store(url, "select * from thing")) {
            for (RowDigest hash : all(store)) {
                assertThat(computed(hash)).as("%s, seed %d", hash, seed).contains(streamed(store, hash));
            }
            Random random = new Random(seed + 1);
            Map<EntityKey, Document> before = new LinkedHashMap<>();
            store.scan(KeyRange.ALL, ROWS).forEach(document -> before.put(document.key(), document));
            List<SequencedMap<EntityKey, Long>> digests = new ArrayList<>();
            for (RowDigest hash : all(store)) {
                digests.add(computed(hash).orElseThrow());
            }
            for (long id = 1; id <= ROWS; id++) {
                List<String> names = List.copyOf(COLUMNS.keySet());
                String column = names.get(random.nextInt(names.size()));
                set(id, column, values.next(type(column)));
            }
            for (RowDigest hash : all(store)) {
                SequencedMap<EntityKey, Long> earlier = digests.removeFirst();
                SequencedMap<EntityKey, Long> changed = computed(hash).orElseThrow();
                List<EntityKey> wrong = new ArrayList<>();
                for (Document after : store.scan(KeyRange.ALL, ROWS)) {
                    boolean equal = after.sameAs(Objects.requireNonNull(before.get(after.key())));
                    if (equal != Objects.equals(earlier.get(after.key()), changed.get(after.key()))) {
                        wrong.add(after.key());
                    }
                }
                assertThat(wrong).as("%s, seed %d", hash, seed).isEmpty();
            }
        }
    }

    @Test
    void whatSqlCannotSpellAsJavaDoesIsStreamed() throws Exception {
        Map<String, String> odd = Map.of(
                "money", "NaN",
                "any number", "Infinity",
                "day", "10000-01-01",
                "local", "0044-03-15 10:00:00 BC",
                "moment", "12026-01-01 00:00:00Z");
        for (Map.Entry<String, String> value : odd.entrySet()) {
            execute("delete from thing");
            set(1, value.getKey(), value.getValue());
            assertThat(computed(RowHash.MD5)).as(value.toString()).isEmpty();
            try (EntityStore store = store(url, "select * from thing")) {
                assertThat(store.rows(RowHash.MD5, KeyRange.ALL)).isEqualTo(streamed(store, RowHash.MD5));
                assertThat(store.digest(RowHash.MD5, KeyRange.ALL).count()).isEqualTo(1);
            }
        }
    }

    @Test
    void partsAddUpToWhatIsStreamedWhateverTheKeyIs() throws Exception {
        for (String read : List.of(
                "select id, 'x' || id as v from generate_series(1, 1000) id",
                "select cast(id as text) as id, 'x' || id as v from generate_series(1, 1000) id",
                "select cast(md5(cast(id as text)) as uuid) as id, id as v from generate_series(1, 1000) id",
                "select 'ä' || chr(cast(id as integer) * 60) || id as id, 1 as v from generate_series(1, 900) id")) {
            try (EntityStore store = store(url, read)) {
                assertThat(store.digesting()).isInstanceOf(Digesting.Computed.class);
                List<EntityKey> cuts = store.cuts(KeyRange.ALL, 70, 9);
                assertThat(cuts).hasSize(9);
                SequencedMap<EntityKey, Long> rows = streamed(store, RowHash.LOOKUP3);
                assertThat(store.rows(RowHash.LOOKUP3, KeyRange.ALL)).isEqualTo(rows);
                List<RangeDigest> parts = store.digests(RowHash.LOOKUP3, KeyRange.ALL, cuts);
                assertThat(parts.subList(0, 9)).extracting(RangeDigest::count).containsOnly(70L);
                RangeDigest sum = RangeDigest.EMPTY;
                for (long digest : rows.values()) {
                    sum = sum.plus(digest);
                }
                assertThat(store.digest(RowHash.LOOKUP3, KeyRange.ALL)).isEqualTo(sum);
                KeyRange part = KeyRange.ALL.cut(cuts).get(4);
                assertThat(store.digest(RowHash.LOOKUP3, part)).isEqualTo(parts.get(4));
            }
        }
    }

    @Test
    void rangesThatAnIndexFindsAddUpToTheirRows() throws Exception {
        Map<String, String> keys = Map.of(
                "bigint", "i * 3 - 20000",
                "integer", "i",
                "uuid", "cast(md5(cast(i as text)) as uuid)",
                "text collate \"C\"", "'ä' || i");
        for (Map.Entry<String, String> key : keys.entrySet()) {
            execute("drop table if exists much");
            execute("create table much (id " + key.getKey() + " primary key, v text)");
            execute("insert into much select " + key.getValue()
                    + ", case when i % 7 > 0 then 'v' || i end from generate_series(1, 20000) i");
            execute("vacuum (analyze) much");
            boolean number = List.of("bigint", "integer").contains(key.getKey());
            assertThat(areFoundByAnIndex("select * from much")).as(key.getKey()).isEqualTo(number);
            assertThat(areFoundByAnIndex("select * from much offset 0"))
                    .as(key.getKey())
                    .isFalse();
            try (EntityStore store = store(url, "select * from much")) {
                List<EntityKey> cuts = store.cuts(KeyRange.ALL, 250, 79);
                KeyRange middle = new KeyRange(Optional.of(cuts.get(1)), Optional.of(cuts.get(78)));
                for (KeyRange range : List.of(KeyRange.ALL, KeyRange.ALL.behind(cuts.get(1)), middle)) {
                    List<EntityKey> within = cuts.subList(range.after().isEmpty() ? 0 : 2, 78);
                    List<RangeDigest> expected = new ArrayList<>();
                    for (KeyRange part : range.cut(within)) {
                        RangeDigest sum = RangeDigest.EMPTY;
                        for (long digest : store.rows(RowHash.LOOKUP3, part).values()) {
                            sum = sum.plus(digest);
                        }
                        expected.add(sum);
                    }
                    assertThat(store.digests(RowHash.LOOKUP3, range, within))
                            .as("%s %s", key.getKey(), range)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** Whether each of eighty ranges would be looked for by itself. */
    private boolean areFoundByAnIndex(String read) throws Exception {
        String from = "(" + read + ") q";
        try (EntityStore store = store(url, read);
                Connection untyped =
                        DriverManager.getConnection(url + (url.contains("?") ? "&" : "?") + "stringtype=unspecified")) {
            KeyColumns key = KeyColumns.find(SqlDialect.POSTGRESQL, untyped, from, List.of("id"))
                    .orElseThrow();
            List<KeyRange> ranges = KeyRange.ALL.cut(store.cuts(KeyRange.ALL, 250, 79));
            Optional<PartSums> sums = PartSums.of(key, ranges, "hashtextextended(q.v, 0)", from);
            return sums.isPresent() && sums.get().isIndexed(untyped);
        }
    }

    @Test
    void namesTheColumnThatMakesItStream() throws Exception {
        Map<String, String> reasons = Map.of(
                "select 1 as id, 1.5::float8 as weight", "column weight is of type float8",
                "select 1 as id, '{}'::jsonb as body", "column body is of type jsonb",
                "select 1 as id, array[1] as list", "column list is of type _int4",
                "select 1 as id, 2 as v, 3 as v", "two columns v");
        for (Map.Entry<String, String> reason : reasons.entrySet()) {
            try (EntityStore store = store(url, reason.getKey())) {
                assertThat(store.digesting())
                        .isInstanceOfSatisfying(
                                Digesting.Streamed.class,
                                streamed -> assertThat(streamed.why()).contains(reason.getValue()));
            }
        }
    }

    @Test
    void recordsAreUsedOnlyBetweenTheSameColumnsOfTheSameKinds() throws Exception {
        String read = "select 1 as id, 'a' as v, now() as t";
        Map<String, Boolean> others = Map.of(
                "select now() as t, 'b'::varchar as v, 2::bigint as id", true,
                "select 1 as id, 'a' as v, now()::timestamp as t", false,
                "select 1 as id, 'a' as v, 'now' as t", false,
                "select 1 as id, 1 as v, now() as t", false,
                "select 1 as id, 'a' as w, now() as t", false,
                "select 1 as id, 'a' as v, now() as t, 1 as more", false,
                "select 1 as id, 'a' as v, now() as t, 1.5::float8 as more", false);
        for (Map.Entry<String, Boolean> other : others.entrySet()) {
            try (EntityStore left = store(url, read);
                    EntityStore right = store(url, other.getKey())) {
                for (StorePair pair :
                        List.of(new StorePair(Shop.ORDERS, left, right), new StorePair(Shop.ORDERS, right, left))) {
                    assertThat(pair.rowDigest() instanceof RecordHash)
                            .as(other.getKey())
                            .isEqualTo(other.getValue());
                }
            }
        }
    }

    @Test
    void aRecordOfOtherColumnsMeanwhileIsMadeHereAndTellsWhatIsNotInIt() throws Exception {
        set(1, "words", "2026-01-01 00:00:00");
        set(2, "local", "2026-01-01 00:00:00");
        try (EntityStore store = store(url, "select id, words, local from thing")) {
            RecordHash hash = new RecordHash(Map.of("id", Kind.NUMBER, "words", Kind.TIME, "local", Kind.TEXT));
            assertThat(store.rows(hash, KeyRange.ALL)).isEqualTo(streamed(store, hash));
            assertThat(hash.of(store.scan(KeyRange.ALL, 1).getFirst().body()))
                    .as("a text is no time, however it looks")
                    .isNotEqualTo(new RecordHash(Map.of("id", Kind.NUMBER, "words", Kind.TEXT, "local", Kind.TEXT))
                            .of(store.scan(KeyRange.ALL, 1).getFirst().body()));
        }
    }

    @Test
    void seesAColumnThatWasAddedMeanwhile() throws Exception {
        set(1, "words", "same");
        try (EntityStore store = store(url, "select * from thing")) {
            RangeDigest before = store.digest(RowHash.LOOKUP3, KeyRange.ALL);
            execute("alter table thing add column late text default 'new'");
            assertThat(store.digest(RowHash.LOOKUP3, KeyRange.ALL)).isNotEqualTo(before);
            assertThat(store.rows(RowHash.LOOKUP3, KeyRange.ALL)).isEqualTo(streamed(store, RowHash.LOOKUP3));
        }
        try (EntityStore store = store(url, "select * from thing")) {
            RowDigest record = all(store).getLast();
            RangeDigest before = store.digest(record, KeyRange.ALL);
            execute("alter table thing add column later text");
            assertThat(store.digest(record, KeyRange.ALL)).isEqualTo(before);
            execute("update thing set later = ''");
            assertThat(store.digest(record, KeyRange.ALL)).isNotEqualTo(before);
        }
    }

    @Test
    void olderServersTrimDecimalsToTheSameText() throws Exception {
        for (String type : List.of("numeric", "numeric(20,4)")) {
            for (String value : OddValues.of(type)) {
                String[] texts = new String[2];
                for (int version : new int[] {12, 13}) {
                    String sql = "select "
                            + new RowTextSql(version)
                                    .of("v", "numeric", 0, false)
                                    .expression() + " from (select cast(? as " + type + ") as v) q";
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        statement.setString(1, value);
                        try (var row = statement.executeQuery()) {
                            row.next();
                            texts[version - 12] = row.getString(1);
                        }
                    }
                }
                assertThat(texts[0]).as(value).isEqualTo(texts[1]);
            }
        }
    }
}
