package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** Two nodes over one PostgreSQL: one is active, the other stands by, and no acknowledged write is lost between them. Mostly waits for leases to end, so the tests run at the same time. */
@Execution(ExecutionMode.CONCURRENT)
class NodesTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

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
        migration = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    }

    @AfterEach
    void stopServices() {
        legacy.close();
        modern.close();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatAKilledNodeLeavesIsTakenUpByTheOther() throws Exception {
        try (NodeProcess a = start("a");
                NodeProcess b = startBeside(a, "b");
                Writers writers = new Writers(List.of(a, b))) {
            await().until(() -> writers.yes.get() > 50);
            a.kill();
            await().atMost(START).until(b::isActive);
            int before = writers.yes.get();
            await().atMost(START).until(() -> writers.yes.get() > before + 50);
            writers.close();
            assertThatBothSidesHaveEverything(b, writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aPausedNodeThatWakesDoesNotWriteAnyMoreAndEnds() throws Exception {
        try (NodeProcess a = start("a");
                NodeProcess b = startBeside(a, "b");
                Writers writers = new Writers(List.of(a, b))) {
            await().until(() -> writers.yes.get() > 50);
            a.pause();
            await().atMost(START).until(b::isActive);
            a.resume();
            assertThat(a.exitCode()).describedAs(a.log()).isEqualTo(1);
            assertThat(a.log()).contains("this node is not active any more (node b");
            int before = writers.yes.get();
            await().atMost(START).until(() -> writers.yes.get() > before + 50);
            writers.close();
            assertThatBothSidesHaveEverything(b, writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aNodeThatIsStoppedGivesItsPlaceUpAtOnceAndStandsByAfterwards() throws Exception {
        try (NodeProcess a = start("a");
                NodeProcess b = startBeside(a, "b");
                Writers writers = new Writers(List.of(a, b))) {
            await().until(() -> writers.yes.get() > 50);
            a.terminate();
            assertThat(a.exitCode()).isIn(0, 143);
            await().atMost(Duration.ofSeconds(20)).until(b::isActive);
            int before = writers.yes.get();
            await().atMost(START).until(() -> writers.yes.get() > before + 50);
            writers.close();
            assertThatBothSidesHaveEverything(b, writers);
            assertThat(b.api("GET", "/status", "")).contains("DUAL_WRITE");
            assertThatThrownBy(() -> b.apply("timeout: 500ms", "timeout: 60s"))
                    .hasMessageContaining("longer than the lease of the shared store was made for");
            assertThat(b.apply("timeout: 500ms", "timeout: 600ms")).contains("applied");
        }
    }

    /** An active node whose slice replicates. */
    private NodeProcess start(String name) throws Exception {
        NodeProcess node = NodeProcess.start(name, folder, file());
        await().atMost(START).until(() -> node.isActive() || !node.isAlive());
        assertThat(node.isActive()).describedAs(node.log()).isTrue();
        node.api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true,\"to\":\"DUAL_WRITE\"}");
        return node;
    }

    private NodeProcess startBeside(NodeProcess active, String name) throws Exception {
        NodeProcess node = NodeProcess.start(name, folder, file());
        await().atMost(START).until(() -> node.standsBy() || !node.isAlive());
        assertThat(node.log()).contains("standing by: active is node " + active.name);
        return node;
    }

    private void assertThatBothSidesHaveEverything(NodeProcess node, Writers writers) throws Exception {
        await().atMost(START).untilAsserted(() -> assertThat(modern.items).isEqualTo(legacy.items));
        await().atMost(START)
                .untilAsserted(() -> assertThat(node.api("GET", "/status", ""))
                        .contains("\"backlog\":{\"undelivered\":0,\"unknown\":0,\"parked\":0"));
        assertThat(writers.acknowledged).isNotEmpty();
        writers.acknowledged.forEach((id, number) -> {
            int kept =
                    Integer.parseInt(legacy.items.getOrDefault(id, "").replaceAll(".*\"text\":\"([0-9]+)\".*", "$1"));
            assertThat(kept)
                    .describedAs("item %s, acknowledged %s, sent %s", id, number, writers.sent.get(id))
                    .isBetween(number, writers.sent.get(id));
        });
        assertThat(modern.items).isEqualTo(legacy.items);
    }

    private String file() {
        return """
                bailey: 1
                migration: %s
                owner: o
                finishBy: 2099-01-01
                listen: 127.0.0.1:%%PORT%%
                admin: 127.0.0.1:%%ADMIN%%
                store: "jdbc:postgresql://localhost:%d/postgres?user=postgres"
                legacy: { url: "%s" }
                modern: { url: "%s" }
                gateway: { drain: 2s }
                slices:
                  items:
                    entity: path:id
                    routes: [ "GET /items/{id}", "PUT /items/{id}", "DELETE /items/{id}" ]
                    writes: { replicate: replay, idempotency: natural }
                    limits: { timeout: 500ms }
                    data:
                      key: id
                      legacy: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                      modern: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                """.formatted(migration, postgres.getPort(), legacy.url(), modern.url());
    }
}
