package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.LookAlikes;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client writes {@code ABC}, and the service's database takes that for the {@code abc} it has. */
class LookAlikeKeysTest {

    private static final SliceName THINGS = new SliceName("things");

    @TempDir
    Path folder;

    private static SqlStore store(String url) {
        WriteTable write = new WriteTable("t", Map.of("id", "id", "v", "v"), Map.of(), Map.of());
        return new SqlStore(url, "", "", "select id, v from t", Map.of(), Optional.of(write));
    }

    private final Map<EntityKey, Side> owners = new ConcurrentHashMap<>();

    private StorePair stores(String legacy, String modern) {
        DataSpec data = new DataSpec("id", Optional.empty(), store(legacy), store(modern));
        return new StorePair(
                THINGS,
                SqlEntityStore.open(THINGS, Side.LEGACY, data, (SqlStore) data.legacy()),
                SqlEntityStore.open(THINGS, Side.MODERN, data, (SqlStore) data.modern()));
    }

    private LookAlikes carried(StorePair stores) {
        return new LookAlikes(
                stores, new Refresh(stores, Exclusion.NONE), key -> owners.getOrDefault(key, Side.LEGACY));
    }

    private static EntityKey key(String key) {
        return new EntityKey(key);
    }

    private String modern(String ddl) {
        String modern = "jdbc:sqlite:" + folder.resolve("modern.db");
        Shop.sql(modern, ddl);
        return modern;
    }

    @Test
    void aWriteUnderAnotherSpellingIsCarriedWithItsOwnAuthority() throws Exception {
        String legacy = Maria.database();
        String modern = modern("create table t (id text primary key, v int check (v <> 13))");
        Shop.sql(legacy, "create table t (id varchar(20) collate utf8mb4_general_ci primary key, v int)");
        Shop.sql(legacy, "insert into t values ('abc', 1), ('other', 1)");
        Shop.sql(modern, "insert into t values ('abc', 1), ('other', 1)");
        StorePair stores = stores(legacy, modern);
        try (var _ = stores.legacy();
                var _ = stores.modern()) {
            Refresh compared = new Refresh(stores, Exclusion.NONE);
            Shop.sql(legacy, "update t set v = 2 where id = 'ABC'");
            assertThat(compared.differing(List.of(key("ABC")))).containsExactly(key("abc"));

            assertThat(carried(stores).refresh(Side.LEGACY, List.of(key("ABC"), key("other"))))
                    .isInstanceOf(Refreshed.Done.class);

            assertThat(Shop.number(modern, "select v from t where id = 'abc'")).isEqualTo(2);
            assertThat(compared.differing(List.of(key("ABC")))).isEmpty();

            Shop.sql(legacy, "update t set v = 13 where id = 'ABC'");
            assertThat(carried(stores).refresh(Side.LEGACY, List.of(key("ABC"))))
                    .as("told under the key that was asked for")
                    .isInstanceOfSatisfying(
                            Refreshed.Refused.class,
                            refused -> assertThat(refused.key()).isEqualTo(key("ABC")));

            Shop.sql(legacy, "update t set v = 3 where id = 'ABC'");
            owners.put(key("abc"), Side.MODERN);
            assertThat(carried(stores).refresh(Side.LEGACY, List.of(key("ABC"))))
                    .isInstanceOfSatisfying(
                            Refreshed.Refused.class,
                            refused -> assertThat(refused.reason()).contains("takes it for abc", "modern's to write"));
            assertThat(Shop.number(modern, "select v from t where id = 'abc'")).isEqualTo(2);
        }
    }

    @Test
    void aUuidInCapitalsIsCarriedWhereOneSideHasTexts() throws Exception {
        String id = "0a1b2c3d-0000-4000-8000-00000000abcd";
        String legacy = Maria.database();
        String modern = modern("create table t (id text primary key, v int)");
        Shop.sql(legacy, "create table t (id uuid primary key, v int)");
        Shop.sql(legacy, "insert into t values ('" + id + "', 1)");
        StorePair stores = stores(legacy, modern);
        try (var _ = stores.legacy();
                var _ = stores.modern()) {
            EntityKey capitals = key(id.toUpperCase(Locale.ROOT));
            assertThat(carried(stores).refresh(Side.LEGACY, List.of(capitals))).isInstanceOf(Refreshed.Done.class);
            assertThat(Shop.number(modern, "select v from t where id = '" + id + "'"))
                    .isEqualTo(1);
        }
    }
}
