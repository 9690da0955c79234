package dev.bailey.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run breaks: both services, one gateway or several nodes with the store they share, and the links between all of them. */
final class FaultWorld implements AutoCloseable {

    static final int MAX_NODES = 5;
    private static final Duration KEEP_EVERY = Duration.ofSeconds(1);

    final DemoServices services;
    final FaultLinks links = new FaultLinks();
    private final List<FaultNode> nodes = new ArrayList<>();
    private final List<URI> gateways = new ArrayList<>();
    private Optional<FaultStore> store = Optional.empty();
    private String token = "";
    private @Nullable Thread keeper;

    private FaultWorld(DemoServices services) {
        this.services = services;
    }

    /** Starts everything, the node first that leads. */
    static FaultWorld start(Path home, int nodes, int orders, long seed, boolean keep)
            throws IOException, InterruptedException {
        FaultWorld world = new FaultWorld(DemoServices.start(orders, seed, keep));
        try {
            world.startNodes(home, nodes);
            return world;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            world.close();
            throw failed;
        }
    }

    private void startNodes(Path home, int count) throws IOException, InterruptedException {
        int legacy = links.before(FaultPlace.of(FaultSubject.GATEWAY_TO_LEGACY), services.legacyPort);
        int modern = links.before(FaultPlace.of(FaultSubject.GATEWAY_TO_MODERN), services.modernPort);
        int shared = 0;
        if (count > 1) {
            FaultStore started = FaultStore.start(services.folder());
            store = Optional.of(started);
            shared = links.before(FaultPlace.of(FaultSubject.NODES_TO_STORE), started.port());
        }
        for (int node = 1; node <= count; node++) {
            String name = count == 1 ? "gateway" : "node-" + node;
            int port = DemoServices.freePort(0);
            int admin = DemoServices.freePort(node == 1 ? 7070 : 0);
            int own = count == 1 ? 0 : links.before(new FaultPlace(FaultSubject.NODE_TO_STORE, node), shared);
            Path file = services.folder().resolve(name + ".yaml");
            OrdersFile.write(
                    home,
                    file,
                    port,
                    admin,
                    legacy,
                    modern,
                    text -> quickSteps(count == 1 ? text : sharing(text, own)));
            nodes.add(FaultNode.start(services, name, file, port, admin, count > 1));
            FaultPlace clients = count == 1
                    ? FaultPlace.of(FaultSubject.CLIENTS_TO_GATEWAY)
                    : new FaultPlace(FaultSubject.CLIENTS_TO_NODE, node);
            gateways.add(URI.create("http://127.0.0.1:" + links.before(clients, port)));
            if (node == 1) {
                token = Files.readString(FaultNode.data(services, name).resolve("token"))
                        .strip();
            }
        }
        keeper = Thread.ofVirtual().name("keeper-of-nodes").start(this::keepNodes);
    }

    /** The example's migration file with a shorter ramp and shorter looks back. */
    private static String quickSteps(String file) {
        return file.replaceAll("(?m)^    ramp: .*$", "    ramp: { steps: [50%, 100%], dwell: 1s }")
                .replace("burnIn: 6s", "burnIn: 2s")
                .replace("window: 6s", "window: 2s")
                .replace("rehearsalAge: 10m", "rehearsalAge: 24h");
    }

    private static String sharing(String file, int port) {
        return file.replace(
                        "store: embedded", "store: \"jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres\"")
                + "\ngateway: { nodes: all }\n";
    }

    private void keepNodes() {
        try {
            while (true) {
                Thread.sleep(KEEP_EVERY);
                for (FaultNode node : nodes) {
                    node.keep();
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            System.err.println("nodes that end are started again no more: " + failed);
        }
    }

    /** Counted from 1. */
    FaultNode node(int number) {
        return nodes.get(number - 1);
    }

    int size() {
        return nodes.size();
    }

    /** Where clients find each node. */
    List<URI> gateways() {
        return gateways;
    }

    /** Where whoever leads is found, among others. */
    List<URI> admins() {
        return nodes.stream()
                .map(node -> URI.create("http://127.0.0.1:" + node.adminPort()))
                .toList();
    }

    /** The local token of the node that leads at first. */
    String token() {
        return token;
    }

    /** What several nodes share. */
    FaultStore store() {
        return store.orElseThrow(() -> new IllegalStateException("one gateway shares no store"));
    }

    boolean areNodesUp() throws InterruptedException {
        for (FaultNode node : nodes) {
            if (!node.isUp()) {
                return false;
            }
        }
        return true;
    }

    /** How often nodes have ended by themselves. */
    long ends() {
        return nodes.stream().mapToInt(FaultNode::ends).sum();
    }

    /** Of all nodes. */
    String wrongEnds() {
        return nodes.stream()
                .map(FaultNode::wrongEnds)
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** What the nodes said last. */
    String lastLines() {
        return nodes.stream().map(FaultNode::lastLines).collect(Collectors.joining("\n---\n"));
    }

    @Override
    public void close() throws IOException {
        if (keeper != null) {
            keeper.interrupt();
        }
        nodes.forEach(FaultNode::close);
        try {
            if (store.isPresent()) {
                store.get().close();
            }
            links.close();
        } finally {
            services.close();
        }
    }
}
