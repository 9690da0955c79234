package dev.bailey.gateway.dualwrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.Crossing.Told;
import dev.bailey.gateway.dualwrite.ItemService.Fault;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.WritesSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sixteen clients write random entities while both services fail at random and the gateway dies and starts again. In the
 * end both stores must be equal, every acknowledged write be applied once, and every refused one never. The seed repeats
 * the choices, not the threads.
 */
class WriteSimulationTest {

    private static final int CLIENTS = 16;
    private static final int WRITES_OF_EACH = 16;
    private static final int ENTITIES = 12;

    @TempDir
    Path folder;

    /** A write and what its client was told. */
    private record Made(String method, String tag, Told told) {}

    @ParameterizedTest(name = "seed {0} {1}")
    @CsvSource({"1, REPLAY", "2, REFRESH", "3, REPLAY", "4, REPLAY", "5, REFRESH"})
    void storesAreEqualAndNothingIsLostOrDoubled(long seed, WritesSpec.Replicate replicate) throws Exception {
        WritesSpec writes = replicate == WritesSpec.Replicate.REPLAY ? Crossing.replay() : Crossing.refresh();
        try (Crossing crossing =
                        new Crossing(folder, writes, Phase.DUAL_WRITE, Duration.ofMillis(400), GatewaySpec.DEFAULTS);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < ENTITIES; i++) {
                crossing.legacy.put("e" + i, "start");
                crossing.modern.put("e" + i, "start");
            }
            Random faults = new Random(seed);
            crossing.legacy.faults(_ -> fault(faults, 6));
            crossing.modern.faults(_ -> fault(faults, 10));
            ConcurrentLinkedQueue<Made> history = new ConcurrentLinkedQueue<>();
            AtomicInteger made = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random choices = new Random(seed * 1_000 + client);
                int me = client;
                running.add(clients.submit(() -> {
                    for (int n = 0; n < WRITES_OF_EACH; n++) {
                        history.add(write(crossing, choices, "s" + seed + "c" + me + "n" + n));
                        made.incrementAndGet();
                    }
                    return null;
                }));
            }
            int all = CLIENTS * WRITES_OF_EACH;
            for (int life = 1; life <= 2; life++) {
                int until = all * life / 3;
                await().atMost(Duration.ofSeconds(60)).until(() -> made.get() >= until);
                if (life == 1) {
                    crossing.modern.down();
                }
                crossing.crash();
                crossing.restart();
                crossing.modern.down();
                crossing.modern.up();
            }
            for (Future<?> client : running) {
                client.get();
            }
            crossing.legacy.faults(_ -> Fault.NONE);
            crossing.modern.faults(_ -> Fault.NONE);
            await().atMost(Duration.ofSeconds(60)).until(crossing::isQuiet);
            check(crossing, history, seed);
        }
    }

    private static synchronized Fault fault(Random faults, int percent) {
        if (faults.nextInt(100) >= percent) {
            return Fault.NONE;
        }
        Fault[] kinds = {
            Fault.FAIL_BEFORE, Fault.FAIL_AFTER, Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.SLOW_AFTER, Fault.LANDS_LATE
        };
        return kinds[faults.nextInt(kinds.length)];
    }

    /** Tries until the gateway is there; each write carries a tag that no other has. */
    private static Made write(Crossing crossing, Random choices, String tag) throws InterruptedException {
        String id = "e" + choices.nextInt(ENTITIES);
        int kind = choices.nextInt(10);
        @Nullable String key = choices.nextBoolean() ? tag : null;
        Crossing.Node here = crossing.node();
        String method = kind < 6 ? "ADD" : kind < 8 ? "PUT" : kind < 9 ? "CREATE" : "DELETE";
        String http = method.equals("ADD") || method.equals("CREATE") ? "POST" : method;
        String target = switch (method) {
            case "ADD" -> "/items/" + id + "/add";
            case "CREATE" -> "/items";
            default -> "/items/" + id;
        };
        String body = method.equals("CREATE") ? "{\"text\":\"" + tag + "\"}" : tag;
        while (here.dead) {
            Thread.sleep(5);
            here = crossing.node();
        }
        Crossing.Node life = here;
        return new Made(method, tag, crossing.unlessDead(life, () -> crossing.write(http, target, body, key)));
    }

    private static void check(Crossing crossing, Iterable<Made> history, long seed) {
        Map<String, String> legacy = new TreeMap<>(crossing.legacy.items());
        Map<String, String> modern = new TreeMap<>(crossing.modern.items());
        if (!crossing.debts.isEmpty()) {
            // What is owed to a reconcile are creates nobody knows the key of: they are at the authority alone.
            legacy.keySet().removeIf(id -> id.startsWith("L") && !modern.containsKey(id));
        }
        assertThat(modern).as("seed %s: stores are equal", seed).isEqualTo(legacy);
        int lostCreates = crossing.legacy.items().size() - legacy.size();
        assertThat(lostCreates).as("seed %s: no more than is owed", seed).isLessThanOrEqualTo(crossing.debts.size());
        String all = crossing.legacy.seen().toString();
        for (Made made : history) {
            Told told = made.told();
            if (told.what() == Told.What.DONE) {
                assertThat(crossing.side(Side.LEGACY).applications(told.key()))
                        .as("seed %s: acknowledged write %s is applied once", seed, made)
                        .isEqualTo(1);
            } else if (told.what() == Told.What.REFUSED) {
                assertThat(all)
                        .as("seed %s: refused write %s never came", seed, made)
                        .doesNotContain("body=" + made.tag() + "]");
            } else if (told.what() == Told.What.REJECTED) {
                assertThat(crossing.side(Side.LEGACY).applications(told.key()))
                        .as("seed %s: rejected write %s is not applied", seed, made)
                        .isZero();
            }
        }
        for (String text : crossing.modern.items().values()) {
            assertThat(text.split("\\+")).as("seed %s: nothing doubled", seed).doesNotHaveDuplicates();
        }
    }
}
