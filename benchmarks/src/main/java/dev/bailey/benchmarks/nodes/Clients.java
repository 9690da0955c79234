package dev.bailey.benchmarks.nodes;

import dev.bailey.benchmarks.service.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each write items of their own, again and again, at one node each, over one connection; the next write after the
 * answer, and a pause. Thread-safe.
 */
final class Clients implements AutoCloseable {

    private static final int ANSWER_MS = 20_000;
    private static final String FILLING = "a".repeat(160);

    final LongAdder yes = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    private final Plan plan;

    /** Nothing that these write was written before. */
    private final String run = Long.toHexString(System.nanoTime());

    private final List<One> all;
    private volatile boolean over;

    /**
     * What they do.
     *
     * @param count of clients, spread over nodes and slices
     * @param items of each
     * @param pause after each answer
     */
    record Plan(int count, int slices, int items, Duration pause) {}

    private Clients(List<Integer> ports, Plan plan) {
        this.plan = plan;
        // Those of a slice are spread over the nodes.
        this.all = IntStream.range(0, plan.count())
                .mapToObj(number ->
                        new One(number, number % plan.slices(), ports.get(number / plan.slices() % ports.size())))
                .toList();
    }

    static Clients start(List<Integer> ports, Plan plan) {
        Clients clients = new Clients(ports, plan);
        clients.all.forEach(one -> one.thread.start());
        return clients;
    }

    /** The longest of a slice's writes that were under way between two moments of {@link System#nanoTime}; 0 when none was. */
    double longestMs(int slice, long from, long to) {
        return all.stream()
                .filter(one -> one.slice == slice)
                .mapToDouble(one -> one.longestMs(from, to))
                .max()
                .orElse(0);
    }

    /** How long each write took, in milliseconds and in order of length. */
    double[] took() {
        return all.stream().flatMapToDouble(One::took).sorted().toArray();
    }

    @Override
    public void close() {
        over = true;
        try {
            for (One one : all) {
                one.thread.join();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** One client. */
    private final class One {
        private final int number;
        private final int slice;
        private final int port;
        private final Thread thread;
        private long[] begun = new long[1_024];
        private long[] nanos = new long[1_024];
        private int count;

        One(int number, int slice, int port) {
            this.number = number;
            this.slice = slice;
            this.port = port;
            this.thread = Thread.ofVirtual().unstarted(this::run);
        }

        private void run() {
            @Nullable Wire wire = null;
            try {
                for (int turn = 0; !over; turn++) {
                    try {
                        if (wire == null) {
                            wire = Wire.to(port, ANSWER_MS);
                        }
                        write(wire, turn);
                    } catch (IOException noAnswer) {
                        unanswered.increment();
                        if (wire != null) {
                            wire.close();
                        }
                        wire = null;
                        Thread.sleep(100);
                    }
                    if (plan.pause().isPositive()) {
                        Thread.sleep(plan.pause());
                    }
                }
                if (wire != null) {
                    wire.close();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (IOException gone) {
                unanswered.increment();
            }
        }

        private void write(Wire wire, int turn) throws IOException {
            String id = "k" + number + "-" + turn % plan.items();
            String body = "{\"id\":\"" + id + "\",\"text\":\"" + FILLING + run + "-" + turn + "\"}";
            long before = System.nanoTime();
            wire.write(
                    "PUT /s" + slice + "/" + id + " HTTP/1.1\r\nHost: bench\r\n",
                    body.getBytes(StandardCharsets.UTF_8));
            Wire.Message answer = wire.read().orElseThrow(() -> new IOException("no answer"));
            note(before, System.nanoTime() - before);
            if (answer.start().startsWith("HTTP/1.1 200")) {
                yes.increment();
            } else {
                refused.increment();
            }
        }

        private synchronized void note(long before, long took) {
            if (count == begun.length) {
                begun = Arrays.copyOf(begun, 2 * count);
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            begun[count] = before;
            nanos[count++] = took;
        }

        private synchronized double longestMs(long from, long to) {
            return IntStream.range(0, count)
                            .filter(i -> begun[i] - to < 0 && begun[i] + nanos[i] - from > 0)
                            .mapToLong(i -> nanos[i])
                            .max()
                            .orElse(0)
                    / 1e6;
        }

        private synchronized DoubleStream took() {
            return Arrays.stream(Arrays.copyOf(nanos, count)).mapToDouble(one -> one / 1e6);
        }
    }
}
