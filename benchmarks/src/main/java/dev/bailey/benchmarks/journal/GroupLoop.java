package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One thread that makes a group of all that waits, has it made durable, and lets those who waited go on. */
final class GroupLoop implements AutoCloseable {

    static final int MOST = 1_024;

    private final LinkedBlockingQueue<CompletableFuture<Boolean>> waiting = new LinkedBlockingQueue<>();
    private final Group durably;
    private final Thread thread;
    private volatile boolean ends;

    /** So many records of {@link Subject#BYTES}, at most {@link #MOST}, durable when it returns. */
    @FunctionalInterface
    interface Group {
        void write(int records) throws Exception;
    }

    GroupLoop(String name, Group durably) {
        this.durably = durably;
        thread = Thread.ofPlatform().name(name).start(this::run);
    }

    private void run() {
        List<CompletableFuture<Boolean>> group = new ArrayList<>(MOST);
        try {
            while (!ends) {
                CompletableFuture<Boolean> first = waiting.poll(10, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                group.add(first);
                waiting.drainTo(group, MOST - 1);
                durably.write(group.size());
                group.forEach(one -> one.complete(true));
                group.clear();
            }
        } catch (Exception failed) {
            group.forEach(one -> one.completeExceptionally(failed));
        }
    }

    void append() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        waiting.add(done);
        done.join();
    }

    /** Returns when nothing is written any more. */
    @Override
    public void close() {
        ends = true;
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            throw new BenchFailure("the bare loop does not end: " + stopped.getMessage(), stopped);
        }
    }
}
