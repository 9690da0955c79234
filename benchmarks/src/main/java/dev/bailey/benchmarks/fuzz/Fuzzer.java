package dev.bailey.benchmarks.fuzz;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One thread's run: mutates, checks, keeps what is new, writes down what does not hold. */
final class Fuzzer implements Run {

    private static final long MAX_CPU_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Of one input: reading it twice, writing and reading it at the next hop, in several ways. */
    private static final long MAX_ALLOCATED = 256L << 20;

    private final long seed;
    private final long endNanos;
    private final Corpus corpus;
    private final Mutator mutator;
    private final Properties properties;
    private final Set<String> seen = new HashSet<>();
    private final Findings findings;
    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final AtomicLong executions = new AtomicLong();
    private volatile int behaviours;

    Fuzzer(long seed, long endNanos, Path seeds, Path folder) {
        this.seed = seed;
        this.endNanos = endNanos;
        this.findings = new Findings(folder, "finding-" + seed);
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
        while (System.nanoTime() - endNanos < 0 && !findings.isFull()) {
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
            behaviours = seen.size();
            bound("ns of CPU time", threads.getCurrentThreadCpuTime() - cpu, MAX_CPU_NANOS);
            bound("bytes allocated", threads.getCurrentThreadAllocatedBytes() - allocated, MAX_ALLOCATED);
        } catch (RuntimeException | AssertionError failure) {
            findings.add(input, failure, "seed " + seed + ", execution " + executions);
        }
        executions.incrementAndGet();
        return isNew;
    }

    private static void bound(String what, long value, long bound) {
        if (value > bound) {
            throw new Violation(value + " " + what + " (expected ≤ " + bound + ")");
        }
    }

    @Override
    public long executions() {
        return executions.get();
    }

    @Override
    public int findings() {
        return findings.count();
    }

    @Override
    public int behaviours() {
        return behaviours;
    }

    @Override
    public String found() {
        return behaviours + " behaviours";
    }
}
