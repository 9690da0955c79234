package dev.bailey.benchmarks.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One thread's run: mutates, checks, keeps what is new, writes down what does not hold. */
final class Fuzzer implements Runnable {

    private static final int MAX_FINDINGS = 20;
    private static final long MAX_CPU_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Of one input: reading it twice, writing and reading it at the next hop, in several ways. */
    private static final long MAX_ALLOCATED = 256L << 20;

    private final long seed;
    private final long endNanos;
    private final Path folder;
    private final Corpus corpus;
    private final Mutator mutator;
    private final Properties properties;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> found = new HashSet<>();
    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final AtomicLong executions = new AtomicLong();
    private final AtomicInteger findings = new AtomicInteger();

    Fuzzer(long seed, long endNanos, Path seeds, Path folder) {
        this.seed = seed;
        this.endNanos = endNanos;
        this.folder = folder;
        Random random = new Random(seed);
        this.corpus = new Corpus(seeds, folder.resolve("corpus"));
        this.mutator = new Mutator(random, corpus);
        this.properties = new Properties(random);
    }

    @Override
    public void run() {
        for (Input input : corpus.all()) {
            execute(input);
        }
        while (System.nanoTime() - endNanos < 0 && findings.get() < MAX_FINDINGS) {
            Input input = mutator.next();
            if (execute(input)) {
                corpus.keep(input);
            }
        }
    }

    /** Whether the input showed a new behaviour. */
    private boolean execute(Input input) {
        long cpu = threads.getCurrentThreadCpuTime();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        boolean isNew = false;
        try {
            isNew = seen.add(properties.check(input));
            bound("ns of CPU time", threads.getCurrentThreadCpuTime() - cpu, MAX_CPU_NANOS);
            bound("bytes allocated", threads.getCurrentThreadAllocatedBytes() - allocated, MAX_ALLOCATED);
        } catch (RuntimeException | AssertionError failure) {
            write(input, failure);
        }
        executions.incrementAndGet();
        return isNew;
    }

    private static void bound(String what, long value, long bound) {
        if (value > bound) {
            throw new Violation(value + " " + what + " (expected ≤ " + bound + ")");
        }
    }

    long executions() {
        return executions.get();
    }

    int findings() {
        return findings.get();
    }

    int behaviours() {
        return seen.size();
    }

    /** One file for each kind of failure: what, the seed of the run, and the bytes in hexadecimal and as text. */
    private void write(Input input, Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        String where = trace.length == 0 ? "" : trace[0].toString();
        String message = String.valueOf(failure.getMessage());
        if (!found.add(where + message.lines().findFirst().orElse("").replaceAll("[0-9]+", "0"))) {
            return;
        }
        int number = findings.incrementAndGet();
        String text = failure + "\nat " + where + "\nseed " + seed + ", execution " + executions + ", " + input.kind()
                + "\n" + HexFormat.of().formatHex(input.bytes()) + "\n"
                + new String(input.bytes(), StandardCharsets.ISO_8859_1) + "\n";
        try {
            Files.writeString(folder.resolve("finding-" + seed + "-" + number + ".txt"), text);
            Files.write(folder.resolve("finding-" + seed + "-" + number + ".bin"), input.bytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.out.println(
                "FINDING " + number + ": " + message.lines().findFirst().orElse("") + " (" + where + ")");
    }
}
