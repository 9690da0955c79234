package dev.bailey.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Clients that each read an endless stream of events, open it anew when it ends, and know whether it may have ended. Thread-safe. */
final class LongAnswers implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int SILENCE_MS = 10_000;
    private static final int MAX_FAILURES_KEPT = 20;

    private final URI gateway;
    private final Duration drain;
    private final LongSupplier nanoTime;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger cutEarly = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long takeOverBegan;
    private volatile boolean over;

    private LongAnswers(URI gateway, Duration drain, LongSupplier nanoTime) {
        this.gateway = gateway;
        this.drain = drain;
        this.nanoTime = nanoTime;
        this.takeOverBegan = nanoTime.getAsLong();
    }

    static LongAnswers start(URI gateway, int clients, Duration drain, LongSupplier nanoTime) {
        LongAnswers streams = new LongAnswers(gateway, drain, nanoTime);
        for (int i = 0; i < clients; i++) {
            streams.threads.add(Thread.ofVirtual().name("stream-" + i).start(streams::follow));
        }
        return streams;
    }

    /** From now on a stream may end after the drain time, and not before. */
    void takeOverBegins() {
        takeOverBegan = nanoTime.getAsLong();
    }

    private void follow() {
        while (!over) {
            String end = one();
            long since = nanoTime.getAsLong() - takeOverBegan;
            if (!over && since < drain.toNanos()) {
                cutEarly.incrementAndGet();
                if (failures.size() < MAX_FAILURES_KEPT) {
                    failures.add(end + ", " + since / 1_000_000 + " ms after a take-over began");
                }
            }
        }
    }

    private String one() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(SILENCE_MS);
            socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), CONNECT_TIMEOUT_MS);
            socket.getOutputStream()
                    .write(("GET /ticks HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String status = in.readLine();
            if (status == null || !status.contains(" 200 ")) {
                return "answered " + status;
            }
            opened.incrementAndGet();
            while (!over) {
                if (in.readLine() == null) {
                    return "ended";
                }
            }
            return "over";
        } catch (IOException cut) {
            return cut.toString();
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
