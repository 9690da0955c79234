package dev.bailey.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Clients that each stay for as long as they are let, come anew when that ends, and know whether it may have ended. Thread-safe. */
final class LongAnswers implements AutoCloseable {

    private static final int MAX_FAILURES_KEPT = 20;
    private static final Duration HANDOVER = Duration.ofSeconds(2);

    /** What a client stays for. */
    @FunctionalInterface
    interface Stay {
        /**
         * Blocks.
         *
         * @param opened to be told when it has begun
         * @param over whether to end by itself
         * @return how it ended
         */
        String untilItEnds(Runnable opened, BooleanSupplier over) throws InterruptedException;
    }

    private final Stay stay;
    private final Duration drain;
    private final LongSupplier nanoTime;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger cutEarly = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Long> takeOversBegan = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    private LongAnswers(Stay stay, Duration drain, LongSupplier nanoTime) {
        this.stay = stay;
        this.drain = drain;
        this.nanoTime = nanoTime;
        takeOverBegins();
    }

    static LongAnswers start(Stay stay, int clients, Duration drain, LongSupplier nanoTime) {
        LongAnswers answers = new LongAnswers(stay, drain, nanoTime);
        for (int i = 0; i < clients; i++) {
            answers.threads.add(Thread.ofVirtual().name("long-" + i).start(answers::follow));
        }
        return answers;
    }

    /** What is open may end from the drain time on after this, and not before. */
    void takeOverBegins() {
        takeOversBegan.add(nanoTime.getAsLong());
    }

    /** The first that began since then, or not long before, when the process that leaves was still the one to take it; else the last. */
    private long firstSince(long openedNanos) {
        long last = takeOversBegan.getFirst();
        for (long began : takeOversBegan) {
            last = began;
            if (began - openedNanos >= -HANDOVER.toNanos()) {
                return began;
            }
        }
        return last;
    }

    private void follow() {
        while (!over) {
            AtomicLong openedAt = new AtomicLong(nanoTime.getAsLong());
            String end;
            try {
                end = stay.untilItEnds(
                        () -> {
                            opened.incrementAndGet();
                            openedAt.set(nanoTime.getAsLong());
                        },
                        () -> over);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            long since = nanoTime.getAsLong() - firstSince(openedAt.get());
            if (!over && since < drain.toNanos()) {
                cutEarly.incrementAndGet();
                if (failures.size() < MAX_FAILURES_KEPT) {
                    failures.add(end + ", " + since / 1_000_000 + " ms after a take-over began");
                }
            }
        }
    }

    int opened() {
        return opened.get();
    }

    int cutEarly() {
        return cutEarly.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends the clients, each after what it is at. */
    void end() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
    }
}
