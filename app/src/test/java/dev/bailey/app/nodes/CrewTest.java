package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.demo.FaultProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three nodes that carry traffic at the same time over one PostgreSQL, of which one leads: killed, paused, cut off, restarted. */
@Execution(ExecutionMode.CONCURRENT)
class CrewTest extends CrewFixture {

    private static final Duration AWAY = Duration.ofSeconds(30);

    @Test
    void whatALeaderThatIsKilledLeavesIsTakenUpAndTheOthersCarryOnMeanwhile() throws Exception {
        startAll(postgres().getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            await().atMost(START)
                    .untilAsserted(
                            () -> assertThat(partitions(leader())).hasSize(3).allMatch(number -> number >= 10));
            NodeProcess leader = leader();
            leader.kill();
            nodes.remove(leader);
            int before = writers.yes.get();
            await().atMost(Duration.ofSeconds(5)).until(() -> writers.yes.get() > before + 50);
            assertThat(nodes).as("nobody has taken over yet").noneMatch(NodeProcess::leads);
            await().atMost(START).until(() -> nodes.stream().anyMatch(NodeProcess::leads));
            await().atMost(START)
                    .untilAsserted(() -> assertThat(leader().api("GET", "/status", ""))
                            .contains("\"name\":\"" + leader.name + "#1\",\"presence\":\"unheard\",\"leads\":false")
                            .contains("\"presence\":\"alive\",\"leads\":true")
                            .contains("\"presence\":\"alive\",\"leads\":false"));
            await().atMost(START)
                    .untilAsserted(() -> assertThat(partitions(leader()))
                            .as("what the one that was killed delivered is delivered by the others")
                            .containsExactlyInAnyOrder(0, 16, 17));
            int after = writers.yes.get();
            await().atMost(START).until(() -> writers.yes.get() > after + 50);
            assertCounted(writers);
        }
    }

    /** How many partitions each node delivers. */
    private static List<Integer> partitions(NodeProcess leader) throws Exception {
        return Pattern.compile("\"partitions\":(\\d+)")
                .matcher(leader.api("GET", "/status", ""))
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aNodeThatIsPausedPastItsTimeIsExpelledAndEndsWhenItWakes() throws Exception {
        startAll(postgres().getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            NodeProcess leader = leader();
            NodeProcess paused = follower();
            paused.pause();
            await().atMost(START).until(() -> leader.log().contains(paused.name + "#1 is expelled"));
            paused.resume();
            assertThat(paused.exitCode()).describedAs(paused.log()).isEqualTo(1);
            assertThat(paused.log()).contains("carries no traffic any more");
            assertCounted(writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aLeaderThatIsPausedPastItsTimeLeadsNoMoreAndEndsWhenItWakes() throws Exception {
        startAll(postgres().getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            NodeProcess paused = leader();
            paused.pause();
            await().atMost(START).until(() -> nodes.stream().anyMatch(node -> node != paused && node.leads()));
            paused.resume();
            assertThat(paused.exitCode()).describedAs(paused.log()).isEqualTo(1);
            assertCounted(writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aNodeThatIsCutFromTheStoreReadsOnWritesNoMoreAndEndsWhenItIsBack() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres().getPort())) {
            nodes.add(start("a", postgres().getPort()));
            nodes.add(start("b", postgres().getPort()));
            nodes.add(start("c", store.port()));
            advance(leader(), "\"to\":\"DUAL_WRITE\"");
            try (Writers writers = new Writers(nodes, true)) {
                await().atMost(START).until(() -> writers.yes.get() > 100);
                NodeProcess cut = nodes.getLast();
                List<Integer> reads = new CopyOnWriteArrayList<>();
                store.mode(new FaultProxy.Mode.BlackHole());
                await().atMost(START).until(() -> {
                    reads.add(cut.client("GET", "/items/0-1", ""));
                    return leader().log().contains("c#1 is expelled"); // so its time was over before
                });
                HttpResponse<String> write = cut.answer("PUT", "/items/of-the-cut", "{\"id\":\"of-the-cut\"}");
                assertThat(write.statusCode()).describedAs(write.body()).isEqualTo(503);
                assertThat(write.body()).contains("no lease of the shared store");
                assertThat(write.headers().firstValueAsLong("Retry-After").orElse(0))
                        .isPositive();
                reads.add(cut.client("GET", "/items/0-1", ""));
                assertThat(reads).hasSizeGreaterThan(10).containsOnly(200);
                assertThat(legacy.items).doesNotContainKey("of-the-cut");
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 50);
                store.mode(new FaultProxy.Mode.Pass());
                assertThat(cut.exitCode()).describedAs(cut.log()).isEqualTo(1);
                assertCounted(writers);
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void nodesThatAreAllCutFromTheStoreForHalfAMinuteGoOnAfterwards() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres().getPort())) {
            startAll(store.port());
            try (Writers writers = new Writers(nodes, true)) {
                await().atMost(START).until(() -> writers.yes.get() > 100);
                store.mode(new FaultProxy.Mode.Refuse());
                Thread.sleep(AWAY.toMillis()); // the fault itself
                store.mode(new FaultProxy.Mode.Pass());
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 100);
                assertThat(nodes).allMatch(NodeProcess::isAlive);
                assertCounted(writers);
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aDatabaseThatRestartsLosesNothing(@TempDir Path data) throws Exception {
        int port;
        EmbeddedPostgres.Builder own =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        EmbeddedPostgres first = own.start();
        port = first.getPort();
        startAll(port);
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            first.close();
            try (EmbeddedPostgres _ = own.setPort(port).start()) {
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 100);
                assertCounted(writers);
                for (NodeProcess node : nodes) {
                    node.close();
                }
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void allNodesAreRestartedOneAfterTheOther() throws Exception {
        startAll(postgres().getPort());
        try (Writers writers = new Writers(nodes, true)) {
            for (NodeProcess node : List.copyOf(nodes)) {
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 50);
                node.terminate();
                assertThat(node.exitCode()).describedAs(node.log()).isIn(0, 143);
                NodeProcess again = start(node.name, postgres().getPort());
                nodes.set(nodes.indexOf(node), again);
                writers.replace(node, again);
                await().atMost(START).until(() -> nodes.stream().anyMatch(one -> one.isAlive() && one.leads()));
                await().atMost(START)
                        .untilAsserted(() -> assertThat(leader().api("GET", "/status", ""))
                                .contains("\"name\":\"" + node.name + "#2\",\"presence\":\"alive\""));
            }
            assertCounted(writers);
        }
    }
}
