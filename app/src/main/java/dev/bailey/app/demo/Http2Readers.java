package dev.bailey.app.demo;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Clients of HTTP/2 that each read one path again and again over one connection, and a new one when they are told to go. Thread-safe. */
final class Http2Readers implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int MAX_FAILURES_KEPT = 20;

    private final URI gateway;
    private final String path;
    private final LongSupplier nanoTime;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private Http2Readers(URI gateway, String path, LongSupplier nanoTime) {
        this.gateway = gateway;
        this.path = path;
        this.nanoTime = nanoTime;
    }

    static Http2Readers start(URI gateway, int clients, String path, LongSupplier nanoTime) {
        Http2Readers readers = new Http2Readers(gateway, path, nanoTime);
        for (int i = 0; i < clients; i++) {
            readers.threads.add(Thread.ofVirtual().name("http2-" + i).start(readers::read));
        }
        return readers;
    }

    private void read() {
        while (!over) {
            try (Http2Link link = Http2Link.open(gateway)) {
                while (!over && link.isOpen()) {
                    long start = nanoTime.getAsLong();
                    if (link.get(path)) {
                        requests.incrementAndGet();
                        slowest.accumulateAndGet(nanoTime.getAsLong() - start, Math::max);
                    } // else it was told that the request was not begun, and sends it again over the next connection
                    Thread.sleep(PAUSE);
                }
            } catch (IOException broken) {
                failed.incrementAndGet();
                if (failures.size() < MAX_FAILURES_KEPT) {
                    failures.add(broken.toString());
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    long requests() {
        return requests.get();
    }

    long failed() {
        return failed.get();
    }

    Duration slowest() {
        return Duration.ofNanos(slowest.get());
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
