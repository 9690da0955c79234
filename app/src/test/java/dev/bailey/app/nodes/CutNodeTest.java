package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.demo.FaultProxy;
import dev.bailey.control.state.SharedStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node that is cut from the store for longer than its time: what it goes on to write, and who waits for it. */
@Execution(ExecutionMode.CONCURRENT)
class CutNodeTest {

    private static final Duration START = Duration.ofSeconds(90);
    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private ItemService legacy;
    private ItemService modern;
    private String migration;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void startServices(TestInfo test) throws IOException {
        legacy = new ItemService();
        modern = new ItemService();
        String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        migration = name.substring(0, Math.min(40, name.length()));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (NodeProcess node : nodes) {
            node.close();
        }
        legacy.close();
        modern.close();
    }

    @Test
    void goesOnWithLegacyAloneAndNothingIsCopiedBeforeItIsHeardOf() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres.getPort())) {
            NodeProcess leader = start("a", postgres.getPort());
            NodeProcess cut = start("b", store.port());
            store.mode(new FaultProxy.Mode.BlackHole());
            awaitPresence(leader, "b#1", "unheard");
            assertThat(cut.client("PUT", "/items/1", item("1", "written by b"))).isEqualTo(200);
            assertThat(cut.client("GET", "/items/1", "")).isEqualTo(200);
            assertThat(legacy.items).containsEntry("1", item("1", "written by b"));

            assertThat(advance(leader, "DUAL_WRITE")).contains("DUAL_WRITE");
            assertThatThrownBy(() -> advance(leader, "BACKFILL")).hasMessageContaining("b#1");
            assertThat(cut.client("PUT", "/items/2", item("2", "plain"))).isEqualTo(200);

            store.mode(new FaultProxy.Mode.Pass());
            assertThat(cut.exitCode()).describedAs(cut.log()).isEqualTo(1);
            awaitPresence(leader, "b#1", "gone");
            assertThat(advance(leader, "BACKFILL")).contains("BACKFILL");
        }
    }

    @Test
    void whereASliceDegradesItGoesOnAndTheSliceStaysUntilItsNextLifeHasCarriedWhatItOwes() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres.getPort())) {
            NodeProcess leader = start("a", postgres.getPort());
            NodeProcess cut = start("b", store.port());
            for (String phase : List.of("DUAL_WRITE", "BACKFILL", "RECONCILE")) {
                advance(leader, phase);
            }
            store.mode(new FaultProxy.Mode.BlackHole());
            awaitPresence(leader, "b#1", "unheard");
            assertThat(cut.client("PUT", "/items/1", item("1", "past the journal")))
                    .isEqualTo(200);
            assertThatThrownBy(() -> advance(leader, "SHADOW_READ"))
                    .hasMessageContaining("b#1")
                    .hasMessageContaining("--remove");

            cut.kill();
            assertThatThrownBy(() -> advance(leader, "SHADOW_READ")).hasMessageContaining("b#1");
            store.mode(new FaultProxy.Mode.Pass());
            start("b", store.port());
            await().atMost(START)
                    .untilAsserted(() -> assertThat(leader.api("GET", "/status", ""))
                            .contains("\"name\":\"b#2\",\"presence\":\"alive\"")
                            .doesNotContain("\"presence\":\"unheard\""));
            assertThat(debts()).contains("written without the journal");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whereASliceDegradesAnOperatorsWordThatANodeIsGoneIsEnough() throws Exception {
        NodeProcess leader = start("a", postgres.getPort());
        NodeProcess killed = start("b", postgres.getPort());
        advance(leader, "DUAL_WRITE");
        killed.kill();
        awaitPresence(leader, "b#1", "unheard");
        assertThatThrownBy(() -> advance(leader, "BACKFILL")).hasMessageContaining("--remove");
        assertThat(leader.cli("nodes", "--remove", "b", "--reason", "its disk burnt"))
                .isZero();
        assertThat(advance(leader, "BACKFILL")).contains("BACKFILL");
    }

    private String debts() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
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

    private static String advance(NodeProcess leader, String phase) throws IOException, InterruptedException {
        return leader.api(
                "POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true,\"to\":\"" + phase + "\"}");
    }

    private NodeProcess start(String name, int port) throws Exception {
        NodeProcess node = NodeProcess.start(name, folder, file(port));
        nodes.add(node);
        await().atMost(START).until(() -> node.carries() || !node.isAlive());
        assertThat(node.carries()).describedAs(node.log()).isTrue();
        return node;
    }

    private String file(int port) {
        return """
                bailey: 1
                migration: %s
                owner: o
                finishBy: 2099-01-01
                listen: 127.0.0.1:%%PORT%%
                admin: 127.0.0.1:%%ADMIN%%
                store: "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres"
                legacy: { url: "%s" }
                modern: { url: "%s" }
                gateway: { drain: 2s, nodes: all }
                slices:
                  items:
                    entity: path:id
                    routes: [ "GET /items/{id}", "PUT /items/{id}", "DELETE /items/{id}" ]
                    writes: { replicate: replay, idempotency: natural, onJournalFull: %s }
                    limits: { timeout: 500ms }
                    data:
                      key: id
                      legacy: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                      modern: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                """.formatted(
                migration, port, legacy.url(), modern.url(), migration.startsWith("wherea") ? "degrade" : "refuse");
    }
}
