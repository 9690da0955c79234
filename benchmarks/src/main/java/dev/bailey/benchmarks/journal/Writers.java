package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Threads that each write again as soon as their last write is done. */
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
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        List<Writer> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            all.add(new Writer(end, numbers, write));
        }
        all.forEach(Thread::start);
        long count = 0;
        for (Writer writer : all) {
            writer.join();
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

    private static final class Writer extends Thread {
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
