package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.demo.FaultProxy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a node owes while the store is away is on its own disk until the store is back, and closes the gate until a reconcile has paid it. */
@Execution(ExecutionMode.CONCURRENT)
@EnabledIfEnvironmentVariable(named = CrewFixture.LONG, matches = "true")
class CrewDebtTest extends CrewFixture {

    private static final String OWED = "is owed, one that leaves nothing different";

    @BeforeEach
    void writeOnWithoutTheJournal() {
        writes = "idempotency: natural, onJournalFull: degrade";
    }

    @Test
    void whatItOwedWhenItWasKilledComesToTheStoreWithItsNextLife() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres().getPort())) {
            oweWhileItIsAway(store);
            nodes.removeFirst().kill();
            store.mode(new FaultProxy.Mode.Pass());
            assertThat(debts("")).as("in the store").isZero();
            nodes.add(start("a", store.port()));
            assertClosedUntilReconciled();
        }
    }

    private void oweWhileItIsAway(FaultProxy store) throws Exception {
        nodes.add(start("a", store.port()));
        NodeProcess node = nodes.getFirst();
        await().atMost(START).until(node::leads);
        assertThat(node.client("PUT", "/items/1", "{\"id\":\"1\",\"text\":\"1\"}"))
                .isEqualTo(200);
        for (String to : List.of("DUAL_WRITE", "BACKFILL", "RECONCILE")) {
            advance(node, "\"to\":\"" + to + "\"");
        }
        reconcileUntil(
                node, () -> gates(node).contains("reconciled") && !gates(node).contains("no full reconcile"));
        modern.lists = false; // so that no reconcile comes to its end
        store.mode(new FaultProxy.Mode.Refuse());
        await().atMost(START).until(() -> node.client("PUT", "/items/1", "{\"id\":\"1\",\"text\":\"2\"}") == 200);
        assertThat(legacy.items).containsEntry("1", "{\"id\":\"1\",\"text\":\"2\"}");
        assertThat(waiting(node)).isPositive();
        assertThat(debts("")).as("in the store").isZero();
    }

    private void assertClosedUntilReconciled() throws Exception {
        NodeProcess node = nodes.getFirst();
        await().atMost(START).untilAsserted(() -> assertThat(gates(node)).contains(OWED));
        assertThat(waiting(node)).isZero();
        assertThat(debts("where cleared is null")).isPositive();
        assertThatThrownBy(() ->
                        node.api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"to\":\"SHADOW_READ\"}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(OWED);
        modern.lists = true;
        reconcileUntil(node, () -> debts("where cleared is null") == 0);
        assertThat(debts("")).as("paid, not gone").isPositive();
        assertThat(gates(node)).doesNotContain(OWED);
        assertThat(modern.items).isEqualTo(legacy.items);
    }

    /** Starts one again and again: one that is under way may have begun too early. */
    private static void reconcileUntil(NodeProcess node, Callable<Boolean> enough) {
        await().atMost(START).pollInterval(Duration.ofSeconds(1)).until(() -> {
            try {
                node.api("POST", "/slices/items/reconcile", "{\"reason\":\"a test\",\"repair\":true,\"dryRun\":false}");
            } catch (IOException notNow) {
                System.out.println(notNow.getMessage());
            }
            return enough.call();
        });
    }

    /** As text; empty while nobody answers. */
    private static String gates(NodeProcess node) throws InterruptedException {
        try {
            return node.api("GET", "/slices/items/gates", "");
        } catch (IOException away) {
            return "";
        }
    }

    private static int waiting(NodeProcess node) throws SQLException {
        return count("jdbc:sqlite:" + node.data().resolve("debts.db"), "node_debt");
    }

    private int debts(String which) throws SQLException {
        return count(
                postgres().getJdbcUrl("postgres", "postgres") + "&currentSchema=bailey_" + migration, "debt " + which);
    }

    private static int count(String url, String rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet counted = statement.executeQuery("select count(*) from " + rows)) {
            return counted.next() ? counted.getInt(1) : 0;
        }
    }
}
