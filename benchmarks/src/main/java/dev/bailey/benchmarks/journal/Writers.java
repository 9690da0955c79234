package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Threads that each write again as soon as their last write is done: virtual ones, as the gateway's writes have. */
final class Writers {

    private static final int FIRST_ROOM = 1 << 12;

    private Writers() {}

    /**
     * What they saw.
     *
     * @param nanos of each write, sorted
     * @param seconds it took
     */
    record Seen(long[] nanos, double seconds) {

        double perSecond() {
            return nanos.length / seconds;
        }

        /** Microseconds at a quantile from 0 to 1. */
        double micros(double quantile) {
            return nanos[(int) Math.min(nanos.length - 1L, (long) (quantile * nanos.length))] / 1e3;
        }
    }

    /** Runs so many writers for so long; numbers go on from a counter. */
    static Seen run(int writers, double seconds, AtomicLong numbers, LongConsumer write) throws InterruptedException {
        return run(Thread.ofVirtual().factory(), writers, seconds, numbers, write);
    }

    /** The same on other threads, for a write that keeps its thread busy. */
    static Seen run(ThreadFactory threads, int writers, double seconds, AtomicLong numbers, LongConsumer write)
            throws InterruptedException {
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        List<Writer> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            all.add(new Writer(end, numbers, write));
        }
        List<Thread> started = all.stream().map(threads::newThread).toList();
        started.forEach(Thread::start);
        for (Thread thread : started) {
            thread.join();
        }
        long count = 0;
        for (Writer writer : all) {
            if (writer.failed != null) {
                throw new BenchFailure("a writer failed: " + writer.failed.getMessage(), writer.failed);
            }
            count += writer.count;
        }
        double took = (System.nanoTime() - begin) / 1e9;
        long[] nanos = new long[Math.toIntExact(count)];
        int at = 0;
        for (Writer writer : all) {
            System.arraycopy(writer.nanos, 0, nanos, at, writer.count);
            at += writer.count;
        }
        Arrays.sort(nanos);
        return new Seen(nanos, took);
    }

    private static final class Writer implements Runnable {
        private final long end;
        private final AtomicLong numbers;
        private final LongConsumer write;
        private long[] nanos = new long[FIRST_ROOM];
        private int count;
        private @Nullable Throwable failed;

        Writer(long end, AtomicLong numbers, LongConsumer write) {
            this.end = end;
            this.numbers = numbers;
            this.write = write;
        }

        @Override
        public void run() {
            try {
                long now = System.nanoTime();
                while (now - end < 0) {
                    write.accept(numbers.incrementAndGet());
                    long done = System.nanoTime();
                    if (count == nanos.length) {
                        nanos = Arrays.copyOf(nanos, count * 2);
                    }
                    nanos[count++] = done - now;
                    now = done;
                }
            } catch (RuntimeException | Error e) {
                failed = e;
            }
        }
    }
}
