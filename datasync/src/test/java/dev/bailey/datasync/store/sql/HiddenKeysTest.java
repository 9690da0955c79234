package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sessions in a table: what a store says of a row names it as its key is shown. */
class HiddenKeysTest {

    private static final String TABLE = "create table login (id text%s, name text unique)";
    private static final EntityKey ADA = new EntityKey("ada-session");
    private static final EntityKey BOB = new EntityKey("bob-session");

    @TempDir
    Path folder;

    private static EntityStore open(String url, Function<EntityKey, String> shown, String... statements)
            throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
        SqlStore spec = new SqlStore(
                url,
                "",
                "",
                "select id, name from login",
                Map.of(),
                Optional.of(new WriteTable("login", Map.of("id", "id", "name", "name"), Map.of(), Map.of())));
        return SqlEntityStore.open(
                new SliceName("sessions"),
                Side.MODERN,
                new DataSpec("id", Optional.empty(), spec, spec),
                spec,
                shown,
                () -> {});
    }

    private String sqlite() {
        return "jdbc:sqlite:" + folder.resolve("logins.db");
    }

    private static Document document(EntityKey id, String name) throws Exception {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        return Document.of(KeyNames.of("id"), body.put("id", id.value()).put("name", name));
    }

    @Test
    void aSessionThatIsReadTwiceIsNotNamed() throws Exception {
        String twice = "insert into login values ('ada-session', 'a'), ('ada-session', 'b')";
        try (EntityStore store = open(sqlite(), HiddenKey::of, TABLE.formatted(""), twice)) {
            assertThatThrownBy(() -> store.read(List.of(ADA)))
                    .hasMessageContaining("key " + HiddenKey.of(ADA) + " is read twice")
                    .hasMessageNotContaining("ada");
        }
        try (EntityStore store = open(sqlite(), EntityKey::value)) {
            assertThatThrownBy(() -> store.read(List.of(ADA))).hasMessageContaining("key ada-session is read twice");
        }
        String url = Postgres.database();
        try (EntityStore store = open(url, HiddenKey::of, TABLE.formatted(" collate \"C\""), twice)) {
            assertThatThrownBy(() -> store.rows(RowHash.LOOKUP3, KeyRange.ALL))
                    .hasMessageContaining("key " + HiddenKey.of(ADA) + " is read twice")
                    .hasMessageNotContaining("ada");
        }
    }

    @Test
    void neitherSessionIsNamedWhereOneWantsWhatTheOtherHas() throws Exception {
        try (EntityStore store = open(
                sqlite(),
                HiddenKey::of,
                TABLE.formatted(" primary key"),
                "insert into login values ('ada-session', 'ada')")) {
            WriteReport report = store.write(List.of(document(BOB, "ada")));
            assertThat(report.refused().get(BOB))
                    .contains("key " + HiddenKey.of(BOB) + " wants what the row with id " + HiddenKey.of(ADA))
                    .doesNotContain("ada-session", "bob-session");
        }
    }

    @Test
    void aKeyOfTheWrongNumberOfPartsIsNotNamed() {
        assertThatThrownBy(() -> KeyKind.of(KeyPart.TEXT, KeyPart.TEXT).split(ADA))
                .hasMessageContaining("key " + HiddenKey.of(ADA) + " is no key of 2 parts")
                .hasMessageNotContaining("ada");
    }
}
