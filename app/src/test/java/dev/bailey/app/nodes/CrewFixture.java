package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that carry traffic at the same time between two services, over a PostgreSQL, and the account of their writes. */
abstract class CrewFixture {

    static final String LONG = "BAILEY_LONG_TESTS";
    static final Duration START = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    final List<NodeProcess> nodes = new ArrayList<>();
    ItemService legacy;
    ItemService modern;
    String migration;

    /** What the slice says of its writes, besides that they are replayed. */
    String writes = "idempotency: natural";

    /** One server for all tests of this JVM, which ends with it. */
    private static final class Holder {
        static final EmbeddedPostgres SERVER = started();

        private static EmbeddedPostgres started() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static EmbeddedPostgres postgres() {
        return Holder.SERVER;
    }

    @BeforeEach
    final void startServices(TestInfo test) throws IOException {
        legacy = new ItemService();
        modern = new ItemService();
        migration = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        migration = migration.substring(0, Math.min(40, migration.length()));
    }

    @AfterEach
    final void stop() throws InterruptedException {
        for (NodeProcess node : nodes) {
            node.close();
        }
        legacy.close();
        modern.close();
    }

    final void assertCounted(Writers writers) throws Exception {
        int before = writers.yes.get();
        await().atMost(START).until(() -> writers.yes.get() > before + 50);
        writers.close();
        assertThatBothSidesHaveEverything(writers);
        assertThat(doubled(legacy.puts, writers))
                .as("came to the authority, that is legacy all the time, more often than sent")
                .isEmpty();
        tell(writers, "lost 0, doubled 0, diverged 0");
    }

    /** @param rest what has been made sure of before */
    final void tell(Writers writers, String rest) {
        System.out.printf(
                Locale.ROOT,
                "%s: acknowledged %d, refused %d, without an answer %d; %s%n",
                migration,
                writers.yes.get(),
                writers.refused.get(),
                writers.unknown.get(),
                rest);
    }

    /** What a side counted more often than clients sent it. */
    static List<String> doubled(Map<String, Integer> counted, Writers writers) {
        return counted.entrySet().stream()
                .filter(put -> put.getValue() > writers.sends.getOrDefault(put.getKey(), 0))
                .map(put -> put + ", sent " + writers.sends.get(put.getKey()))
                .toList();
    }

    final void startAll(int port) throws Exception {
        for (String name : List.of("a", "b", "c")) {
            nodes.add(start(name, port));
        }
        leader().api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true,\"to\":\"DUAL_WRITE\"}");
    }

    final NodeProcess start(String name, int port) throws Exception {
        NodeProcess node = NodeProcess.start(name, folder, file(port));
        await().atMost(START).until(() -> node.carries() || !node.isAlive());
        assertThat(node.carries()).describedAs(node.log()).isTrue();
        return node;
    }

    final NodeProcess leader() {
        return nodes.stream()
                .filter(node -> node.isAlive() && node.leads())
                .findFirst()
                .orElseThrow();
    }

    final NodeProcess follower() {
        return nodes.stream()
                .filter(node -> node.isAlive() && !node.leads())
                .findFirst()
                .orElseThrow();
    }

    final void assertThatBothSidesHaveEverything(Writers writers) throws Exception {
        await().atMost(START).untilAsserted(() -> assertThat(modern.items).isEqualTo(legacy.items));
        NodeProcess leader = leader();
        await().atMost(START)
                .untilAsserted(() -> assertThat(leader.api("GET", "/status", ""))
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

    final String file(int port) {
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
                    writes: { replicate: replay, %s }
                    limits: { timeout: 500ms }
                    data:
                      key: id
                      legacy: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                      modern: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                """.formatted(migration, port, legacy.url(), modern.url(), writes);
    }

    static String advance(NodeProcess leader, String where) throws Exception {
        return leader.api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true," + where + "}");
    }
}
