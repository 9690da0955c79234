package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.demo.FaultProxy;
import dev.bailey.control.state.SharedStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node that is cut from the store for longer than its time: what it goes on to write, and who waits for it. */
@Execution(ExecutionMode.CONCURRENT)
class CutNodeTest extends CrewFixture {

    @Test
    void goesOnWithLegacyAloneAndNothingIsCopiedBeforeItIsHeardOf() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres().getPort())) {
            NodeProcess leader = begin("a", postgres().getPort());
            NodeProcess cut = begin("b", store.port());
            store.mode(new FaultProxy.Mode.BlackHole());
            awaitPresence(leader, "b#1", "unheard");
            assertThat(cut.client("PUT", "/items/1", item("1", "written by b"))).isEqualTo(200);
            assertThat(cut.client("GET", "/items/1", "")).isEqualTo(200);
            assertThat(legacy.items).containsEntry("1", item("1", "written by b"));

            assertThat(to(leader, "DUAL_WRITE")).contains("DUAL_WRITE");
            assertThatThrownBy(() -> to(leader, "BACKFILL")).hasMessageContaining("b#1");
            assertThat(cut.client("PUT", "/items/2", item("2", "plain"))).isEqualTo(200);

            store.mode(new FaultProxy.Mode.Pass());
            assertThat(cut.exitCode()).describedAs(cut.log()).isEqualTo(1);
            awaitPresence(leader, "b#1", "gone");
            // What it sent last is given time to land.
            await().atMost(START)
                    .ignoreExceptionsMatching(
                            refused -> String.valueOf(refused.getMessage()).contains("b#1"))
                    .until(() -> to(leader, "BACKFILL").contains("BACKFILL"));
        }
    }

    @Test
    void whereASliceDegradesItGoesOnAndTheSliceStaysUntilItsNextLifeHasCarriedWhatItOwes() throws Exception {
        writes += ", onJournalFull: degrade";
        try (FaultProxy store = FaultProxy.to(postgres().getPort())) {
            NodeProcess leader = begin("a", postgres().getPort());
            NodeProcess cut = begin("b", store.port());
            for (String phase : List.of("DUAL_WRITE", "BACKFILL", "RECONCILE")) {
                to(leader, phase);
            }
            store.mode(new FaultProxy.Mode.BlackHole());
            awaitPresence(leader, "b#1", "unheard");
            assertThat(cut.client("PUT", "/items/1", item("1", "past the journal")))
                    .isEqualTo(200);
            assertThatThrownBy(() -> to(leader, "SHADOW_READ"))
                    .hasMessageContaining("b#1")
                    .hasMessageContaining("--remove");

            cut.kill();
            assertThatThrownBy(() -> to(leader, "SHADOW_READ")).hasMessageContaining("b#1");
            store.mode(new FaultProxy.Mode.Pass());
            begin("b", store.port());
            await().atMost(START)
                    .untilAsserted(() -> assertThat(leader.api("GET", "/status", ""))
                            .contains("\"name\":\"b#2\",\"presence\":\"alive\"")
                            .doesNotContain("\"presence\":\"unheard\""));
            assertThat(debts()).contains("written without the journal");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void whereASliceDegradesAnOperatorsWordThatANodeIsGoneIsEnough() throws Exception {
        writes += ", onJournalFull: degrade";
        NodeProcess leader = begin("a", postgres().getPort());
        NodeProcess killed = begin("b", postgres().getPort());
        to(leader, "DUAL_WRITE");
        killed.kill();
        awaitPresence(leader, "b#1", "unheard");
        assertThatThrownBy(() -> to(leader, "BACKFILL")).hasMessageContaining("--remove");
        assertThat(leader.cli("nodes", "--remove", "b", "--reason", "its disk burnt"))
                .isZero();
        assertThat(to(leader, "BACKFILL")).contains("BACKFILL");
    }

    private String debts() throws SQLException {
        try (Connection connection = postgres().getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select string_agg(reason, '; ') from " + SharedStore.schemaOf(migration) + ".debt")) {
            found.next();
            return found.getString(1);
        }
    }

    private static String item(String id, String text) {
        return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
    }

    private static void awaitPresence(NodeProcess leader, String life, String presence) {
        await().atMost(START)
                .untilAsserted(() -> assertThat(leader.api("GET", "/status", ""))
                        .contains("\"name\":\"" + life + "\",\"presence\":\"" + presence + "\""));
    }

    private static String to(NodeProcess leader, String phase) throws Exception {
        return advance(leader, "\"to\":\"" + phase + "\"");
    }

    private NodeProcess begin(String name, int port) throws Exception {
        NodeProcess node = start(name, port);
        nodes.add(node);
        return node;
    }
}
