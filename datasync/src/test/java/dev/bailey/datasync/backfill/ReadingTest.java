package dev.bailey.datasync.backfill;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadingTest {

    @Test
    void aSessionThatIsReadTwiceIsNotNamed() throws Exception {
        SliceName slice = new SliceName("sessions");
        String url = Postgres.database();
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            sql.execute("create table login (id text collate \"C\", name text)");
            sql.execute("insert into login values ('ada-session', 'a'), ('ada-session', 'b')");
        }
        SqlStore spec = new SqlStore(url, "", "", "select id, name from login", Map.of(), Optional.empty());
        try (EntityStore store = SqlEntityStore.open(
                slice, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec, HiddenKey::of, () -> {})) {
            Reading reading = Reading.of(new StorePair(slice, store, store, true), store, store, () -> {});
            assertThatThrownBy(() -> reading.held(KeyRange.ALL))
                    .hasMessageContaining("key " + HiddenKey.of(new EntityKey("ada-session")) + " is read twice")
                    .hasMessageNotContaining("ada");
        }
    }
}
