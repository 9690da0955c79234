package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.refresh.Exclusion;
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
import java.util.Map;
import java.util.Optional;
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

    @Test
    void aWriteUnderAnotherSpellingIsCarried() throws Exception {
        String legacy = Maria.database();
        String modern = "jdbc:sqlite:" + folder.resolve("modern.db");
        Shop.sql(legacy, "create table t (id varchar(20) collate utf8mb4_general_ci primary key, v int)");
        Shop.sql(modern, "create table t (id text primary key, v int)");
        Shop.sql(legacy, "insert into t values ('abc', 1), ('other', 1)");
        Shop.sql(modern, "insert into t values ('abc', 1), ('other', 1)");
        DataSpec data = new DataSpec("id", Optional.empty(), store(legacy), store(modern));
        StorePair stores = new StorePair(
                THINGS,
                SqlEntityStore.open(THINGS, Side.LEGACY, data, (SqlStore) data.legacy()),
                SqlEntityStore.open(THINGS, Side.MODERN, data, (SqlStore) data.modern()));
        try (var _ = stores.legacy();
                var _ = stores.modern()) {
            Refresh refresh = new Refresh(stores, Exclusion.NONE);
            Shop.sql(legacy, "update t set v = 2 where id = 'ABC'");

            assertThat(refresh.differing(List.of(new EntityKey("ABC")))).containsExactly(new EntityKey("abc"));
            assertThat(refresh.refresh(Side.LEGACY, List.of(new EntityKey("ABC"), new EntityKey("other"))))
                    .isInstanceOf(Refreshed.Done.class);

            assertThat(Shop.number(modern, "select v from t where id = 'abc'")).isEqualTo(2);
            assertThat(refresh.differing(List.of(new EntityKey("ABC")))).isEmpty();
        }
    }
}
