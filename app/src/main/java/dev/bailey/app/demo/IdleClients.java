package dev.bailey.app.demo;

import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadCounts;
import dev.bailey.examples.orders.load.LoadSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Clients that each read at an even, slow pace over a kept connection, which is idle in between. Thread-safe. */
final class IdleClients implements AutoCloseable {

    private static final double PER_SECOND = 0.7;
    private static final int ORDERS = 500;

    private final List<LoadClient> clients = new ArrayList<>();

    private IdleClients() {}

    static IdleClients start(URI gateway, int count, long seed, LongSupplier nanoTime) {
        IdleClients idle = new IdleClients();
        for (int i = 1; i <= count; i++) {
            LoadSettings reads = new LoadSettings(
                    gateway,
                    1,
                    PER_SECOND,
                    seed + i,
                    ORDERS,
                    0,
                    0,
                    0,
                    10,
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(60));
            idle.clients.add(LoadClient.start(reads, nanoTime));
        }
        return idle;
    }

    /** True when all have come to rest. */
    boolean pause(Duration atMost) throws InterruptedException {
        boolean rests = true;
        for (LoadClient client : clients) {
            rests &= client.pause(atMost);
        }
        return rests;
    }

    long reads() {
        return clients.stream().mapToLong(client -> client.counts().reads()).sum();
    }

    long failed() {
        return clients.stream()
                .map(LoadClient::counts)
                .mapToLong(counts -> counts.failedAttemptsInAll() + counts.clientErrors())
                .sum();
    }

    List<String> failures() {
        return clients.stream()
                .map(LoadClient::counts)
                .map(LoadCounts::failedAttempts)
                .filter(causes -> !causes.isEmpty())
                .map(Object::toString)
                .toList();
    }

    @Override
    public void close() {
        clients.forEach(LoadClient::close);
    }
}
