package dev.bailey.app.nodes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients behind a balancer: each has items of its own, writes them again and again with a growing number at whichever node
 * answers, and keeps what it was told.
 */
final class Writers implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int ITEMS_OF_EACH = 5;

    /** The greatest number of an item that was answered with yes, and that was sent. */
    final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    final Map<String, Integer> sent = new ConcurrentHashMap<>();

    /** How often each body was sent to a node: again only where the one before gave no answer. */
    final Map<String, Integer> sends = new ConcurrentHashMap<>();

    final AtomicInteger yes = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger unknown = new AtomicInteger();
    private final List<NodeProcess> nodes;
    private final boolean spread;
    private final List<Thread> threads;
    private volatile boolean over;

    Writers(List<NodeProcess> nodes) {
        this(nodes, false);
    }

    /** @param spread whether each write begins at another node, instead of at the first that answers */
    Writers(List<NodeProcess> nodes, boolean spread) {
        this.nodes = new CopyOnWriteArrayList<>(nodes);
        this.spread = spread;
        this.threads = java.util.stream.IntStream.range(0, CLIENTS)
                .mapToObj(client -> Thread.ofVirtual().start(() -> write(client)))
                .toList();
    }

    private void write(int client) {
        try {
            for (int number = 1; !over; number++) {
                String id = client + "-" + number % ITEMS_OF_EACH;
                sent.put(id, number);
                int status = put(id, number);
                if (status == 200) {
                    acknowledged.put(id, number);
                    yes.incrementAndGet();
                } else if (status == 503) {
                    refused.incrementAndGet();
                } else {
                    unknown.incrementAndGet();
                }
                Thread.sleep(10);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private int put(String id, int number) throws InterruptedException {
        int status = 0;
        String body = "{\"id\":\"" + id + "\",\"text\":\"" + number + "\"}";
        for (int i = 0; i < nodes.size(); i++) {
            NodeProcess node = nodes.get((spread ? number + i : i) % nodes.size());
            if (status == 0 && node.isAlive()) {
                sends.merge(body, 1, Integer::sum);
                status = node.client("PUT", "/items/" + id, body);
            }
        }
        return status;
    }

    /** A node in place of another. */
    void replace(NodeProcess gone, NodeProcess node) {
        nodes.replaceAll(known -> known == gone ? node : known);
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
