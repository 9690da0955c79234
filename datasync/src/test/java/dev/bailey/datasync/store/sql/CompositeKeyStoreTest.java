package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Engine;
import dev.bailey.datasync.Server;
import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys of several parts in each database: their order, their ranges, and the index behind both. */
class CompositeKeyStoreTest {

    private static final KeyNames KEY = KeyNames.of("tenant", "device", "number");
    private static final KeyKind KIND = KeyKind.of(KeyPart.TEXT, KeyPart.UUID, KeyPart.INTEGER);
    private static final String READ = "select tenant, device, number, note from reading";
    private static final String[] LETTERS = {"a", "A", "b", "/", "~", "0", "1", "é", "\uffee", "\ud83d\ude00", " "};

    @TempDir
    private Path folder;

    private static SqlStore spec(String url) {
        return new SqlStore(url, "", "", READ, Map.of(), Optional.empty());
    }

    private static EntityStore open(String url) {
        SqlStore spec = spec(url);
        return SqlEntityStore.open(
                new SliceName("readings"), Side.MODERN, new DataSpec(KEY, Optional.empty(), spec, spec), spec);
    }

    /** Few tenants and devices, so that it is the later parts that decide. */
    private static List<EntityKey> keys(int count) {
        Random random = new Random(20261129);
        List<String> tenants = new ArrayList<>(List.of("a", "a/b", "a~1b", "a~b", "A", "/", "~"));
        while (tenants.size() < 20) {
            StringBuilder tenant = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                tenant.append(LETTERS[random.nextInt(LETTERS.length)]);
            }
            tenants.add(tenant.toString());
        }
        List<String> devices = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            devices.add(new UUID(random.nextLong(), random.nextLong()).toString());
        }
        TreeSet<EntityKey> keys = new TreeSet<>(KIND.order());
        while (keys.size() < count) {
            long number = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(-20, 200);
            keys.add(KeyParts.joined(List.of(
                    tenants.get(random.nextInt(tenants.size())),
                    devices.get(random.nextInt(devices.size())),
                    Long.toString(number))));
        }
        return List.copyOf(keys);
    }

    private String filled(Server server, List<EntityKey> keys) throws Exception {
        String url = server.database(folder);
        Engine.run(
                url,
                "create table reading (tenant " + server.text() + ", device " + server.uuid()
                        + ", number bigint, note varchar(40), primary key (tenant, device, number))");
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            String cast = server == Server.POSTGRESQL ? "cast(? as uuid)" : "?";
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into reading values (?, " + cast + ", ?, ?)")) {
                for (EntityKey key : keys) {
                    List<String> parts = KIND.split(key);
                    insert.setString(1, parts.get(0));
                    insert.setString(2, parts.get(1));
                    insert.setLong(3, Long.parseLong(parts.get(2)));
                    insert.setString(4, "note " + parts.get(2));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
        if (server != Server.SQLITE) {
            Engine.run(url, server == Server.POSTGRESQL ? "analyze reading" : "analyze table reading");
        }
        return url;
    }

    @ParameterizedTest
    @EnumSource
    void everyStoreHasTheOrderOfTheKind(Server server) throws Exception {
        List<EntityKey> keys = keys(1_200);
        Random random = new Random(4711);
        try (EntityStore store = open(filled(server, keys))) {
            assertThat(store.keyKind().orElseThrow().isAs(KIND)).isTrue();
            assertThat(store.scan(KeyRange.ALL, 2_000))
                    .extracting(Document::key)
                    .isEqualTo(keys);
            assertThat(store.last()).contains(keys.getLast());
            assertThat(store.count(KeyRange.ALL)).isEqualTo(keys.size());
            assertThat(store.cuts(KeyRange.ALL, 100, 20))
                    .isEqualTo(List.of(99, 199, 299, 399, 499, 599, 699, 799, 899, 999, 1_099, 1_199).stream()
                            .map(keys::get)
                            .toList());
            for (int round = 0; round < 15; round++) {
                int from = random.nextInt(keys.size());
                int to = from + random.nextInt(keys.size() - from);
                KeyRange range = new KeyRange(Optional.of(keys.get(from)), Optional.of(keys.get(to)));
                List<EntityKey> inside = keys.subList(from + 1, to + 1);
                assertThat(store.scan(range, 2_000)).extracting(Document::key).isEqualTo(inside);
                assertThat(store.count(range)).isEqualTo(inside.size());
                assertThat(store.nth(range, 1)).isEqualTo(inside.stream().findFirst());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRangeMayBeginAndEndAtKeysThatAreNotThere(Server server) throws Exception {
        List<EntityKey> keys = keys(300);
        try (EntityStore store = open(filled(server, keys))) {
            for (int i = 0; i < keys.size(); i += 7) {
                List<String> parts = new ArrayList<>(KIND.split(keys.get(i)));
                parts.set(2, Long.toString(Long.parseLong(parts.get(2)) - 1));
                EntityKey bound = KeyParts.joined(parts);
                long behind = keys.stream()
                        .filter(key -> KIND.order().compare(key, bound) > 0)
                        .count();
                assertThat(store.count(KeyRange.ALL.behind(bound))).isEqualTo(behind);
                assertThat(store.count(KeyRange.ALL.until(bound))).isEqualTo(keys.size() - behind);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsExactlyTheKeysItIsAskedFor(Server server) throws Exception {
        List<EntityKey> keys = keys(600);
        try (EntityStore store = open(filled(server, keys))) {
            List<EntityKey> asked = new ArrayList<>(keys.subList(100, 401));
            List<String> absent = new ArrayList<>(KIND.split(keys.getFirst()));
            absent.set(0, "nobody");
            asked.add(KeyParts.joined(absent));
            asked.add(new EntityKey("a"));
            asked.add(new EntityKey("a/no-uuid/1"));
            assertThat(store.read(asked).keySet()).containsExactlyInAnyOrderElementsOf(keys.subList(100, 401));
            assertThat(store.read(keys.subList(7, 8)).keySet()).containsExactly(keys.get(7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void digestsArePartByPartThoseOfTheDocuments(Server server) throws Exception {
        List<EntityKey> keys = keys(500);
        try (EntityStore store = open(filled(server, keys))) {
            assertThat(store.digesting() instanceof Digesting.Computed).isEqualTo(server != Server.SQLITE);
            List<EntityKey> cuts = List.of(keys.get(3), keys.get(111), keys.get(112), keys.get(400));
            List<RangeDigest> parts = new ArrayList<>();
            for (KeyRange part : KeyRange.ALL.cut(cuts)) {
                RangeDigest total = RangeDigest.EMPTY;
                for (Document document : store.scan(part, 1_000)) {
                    total = total.plus(document.digest(RowHash.MD5));
                }
                parts.add(total);
            }
            assertThat(store.digests(RowHash.MD5, KeyRange.ALL, cuts)).isEqualTo(parts);
            KeyRange range = new KeyRange(Optional.of(keys.get(10)), Optional.of(keys.get(20)));
            assertThat(List.copyOf(store.rows(RowHash.MD5, range).keySet())).isEqualTo(keys.subList(11, 21));
        }
    }

    /** What the database says of a statement with these values. */
    private static List<String> plan(Server server, Connection connection, String sql, KeyCondition condition)
            throws Exception {
        String verb = server == Server.SQLITE ? "explain query plan " : "explain ";
        List<String> plan = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(verb + sql)) {
            condition.bind(statement, 1);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    switch (server) {
                        case SQLITE -> plan.add(rows.getString("detail"));
                        case POSTGRESQL -> plan.add(rows.getString(1).strip());
                        case MARIADB ->
                            plan.add(rows.getString("type") + " " + rows.getString("key") + " "
                                    + rows.getString("key_len") + " " + rows.getString("Extra"));
                    }
                }
            }
        }
        return plan;
    }

    @ParameterizedTest
    @EnumSource
    void aChunkIsARangeOfThePrimaryKeysIndex(Server server) throws Exception {
        List<EntityKey> keys = keys(5_000);
        String url = filled(server, keys);
        SqlDialect dialect = SqlDialect.of(url).orElseThrow();
        Projection projection = new Projection(dialect, KEY, spec(url));
        try (Connection connection =
                DriverManager.getConnection(server == Server.POSTGRESQL ? url + "&stringtype=unspecified" : url)) {
            KeyColumns key = projection.key(connection).orElseThrow();
            for (int size : List.of(100, 1_000)) {
                KeyRange range = new KeyRange(Optional.of(keys.get(1_000)), Optional.of(keys.get(1_000 + size)));
                KeyCondition chunk = key.in(range);
                String sql = projection.inOrder(key, chunk);
                List<String> plan = plan(server, connection, sql, chunk);
                switch (server) {
                    case SQLITE ->
                        assertThat(plan)
                                .as(sql)
                                .singleElement()
                                .asString()
                                .startsWith("SEARCH reading USING INDEX")
                                .contains("number)>(?");
                    case POSTGRESQL ->
                        assertThat(plan)
                                .as(sql)
                                .noneMatch(line -> line.contains("Seq Scan") || line.contains("Filter"))
                                .anyMatch(line -> line.contains("reading_pkey"))
                                .anyMatch(line -> line.startsWith("Index Cond")
                                        && line.contains("number) > ROW(")
                                        && line.contains("number) <= ROW("));
                    case MARIADB ->
                        assertThat(plan)
                                .as(sql)
                                .singleElement()
                                .asString()
                                .startsWith("range PRIMARY")
                                .doesNotContain("filesort");
                }
            }
            KeyCondition some = key.oneOf(keys.subList(50, 58));
            List<String> read = plan(server, connection, "select * from " + projection.from() + some.where(), some);
            switch (server) {
                case SQLITE ->
                    assertThat(read.getFirst())
                            .startsWith("SEARCH reading USING INDEX")
                            .contains("tenant=? AND device=? AND number=?");
                case POSTGRESQL ->
                    assertThat(read)
                            .noneMatch(line -> line.contains("Seq Scan"))
                            .anyMatch(line -> line.contains("reading_pkey"));
                case MARIADB -> assertThat(read).singleElement().asString().startsWith("range PRIMARY");
            }
        }
    }
}
