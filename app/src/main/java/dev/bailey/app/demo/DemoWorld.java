package dev.bailey.app.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The machine room of the demonstration: both services, the gateway between them, their databases and ports. */
final class DemoWorld implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int SERVICE_HEAP_MB = 128;

    private final Path folder;
    private final boolean keep;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    final int legacyPort;
    final int modernPort;
    final int gatewayPort;
    final int adminPort;
    final ChildProcess legacy;
    final ChildProcess modern;
    ChildProcess gateway;
    private final Path file;
    private int takeOvers;

    /** Where the gateway finds a service: at the port it listens on, or at something put between. */
    @FunctionalInterface
    interface Way {
        int to(String service, int port) throws IOException;
    }

    private DemoWorld(
            Path folder, boolean keep, Path home, int orders, long seed, UnaryOperator<String> change, Way way)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.keep = keep;
        this.legacyPort = freePort(0);
        this.modernPort = freePort(0);
        this.gatewayPort = freePort(0);
        this.adminPort = freePort(7070);
        this.file = folder.resolve("orders.yaml");
        OrdersFile.write(
                home, file, gatewayPort, adminPort, way.to("legacy", legacyPort), way.to("modern", modernPort), change);
        this.legacy = ChildProcess.start(
                "legacy",
                folder,
                SERVICE_HEAP_MB,
                "dev.bailey.examples.orders.legacy.LegacyMain",
                List.of(
                        "--port",
                        "" + legacyPort,
                        "--db",
                        "legacy.db",
                        "--seed-orders",
                        "" + orders,
                        "--seed",
                        "" + seed));
        this.modern = ChildProcess.start(
                "modern",
                folder,
                SERVICE_HEAP_MB,
                "dev.bailey.examples.orders.modern.ModernMain",
                List.of("--port", "" + modernPort, "--db", "modern.db"));
        awaitUp("legacy", legacy, legacyPort, "/health");
        awaitUp("modern", modern, modernPort, "/health");
        this.gateway = ChildProcess.startGateway(
                "gateway",
                folder,
                List.of("run", file.toString(), "--data", folder.resolve("data").toString()));
        awaitUp("gateway", gateway, adminPort, "/readyz");
    }

    static DemoWorld start(Path home, int orders, long seed, boolean keep) throws IOException, InterruptedException {
        return start(home, orders, seed, keep, "");
    }

    /** @param more whole lines of YAML at the migration file's end */
    static DemoWorld start(Path home, int orders, long seed, boolean keep, String more)
            throws IOException, InterruptedException {
        return start(home, orders, seed, keep, text -> text + more, (_, port) -> port);
    }

    /** @param change made to the migration file's text */
    static DemoWorld start(Path home, int orders, long seed, boolean keep, UnaryOperator<String> change, Way way)
            throws IOException, InterruptedException {
        return new DemoWorld(Files.createTempDirectory("bailey-demo-"), keep, home, orders, seed, change, way);
    }

    String legacyJdbc() {
        return "jdbc:sqlite:" + folder.resolve("legacy.db");
    }

    String modernJdbc() {
        return "jdbc:sqlite:" + folder.resolve("modern.db");
    }

    URI gatewayUri() {
        return URI.create("http://127.0.0.1:" + gatewayPort);
    }

    URI adminUri() {
        return URI.create("http://127.0.0.1:" + adminPort);
    }

    /** The local token, which the gateway wrote into its data folder. */
    String token() throws IOException {
        return Files.readString(folder.resolve("data").resolve("token")).strip();
    }

    Path folder() {
        return folder;
    }

    void restartModern() throws IOException, InterruptedException {
        modern.restart();
        awaitUp("modern", modern, modernPort, "/health");
    }

    void restartLegacy() throws IOException, InterruptedException {
        legacy.restart();
        awaitUp("legacy", legacy, legacyPort, "/health");
    }

    void restartGateway() throws IOException, InterruptedException {
        gateway.restart();
        awaitUp("gateway", gateway, adminPort, "/readyz");
    }

    /** Lets a new gateway take the place of the one that runs, and waits until that one has ended. */
    void takeOver(Duration limit) throws IOException, InterruptedException {
        ChildProcess before = gateway;
        ChildProcess next = successor();
        gateway = next;
        try {
            before.awaitEnd(limit);
        } finally {
            before.close();
        }
        if (before.exitCode() != 0) {
            throw new DemoFailure(before.name() + " ended with " + before.exitCode() + " (expected 0):\n"
                    + before.lastLines() + "\n" + next.name() + ":\n" + next.lastLines());
        }
        awaitUp(next.name(), next, adminPort, "/readyz");
    }

    /**
     * Kills a new gateway while it takes the place of the one that runs. When it had the place already, a gateway is started anew
     * as after any crash.
     *
     * @param after how long the new gateway lives once it was given notice
     * @return whether it had the place already
     */
    boolean killSuccessor(Duration after, Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        long before = gateway.linesWith(" takes over");
        try (ChildProcess next = successor()) {
            while (gateway.linesWith(" takes over") == before && next.isAlive() && System.nanoTime() < until) {
                Thread.sleep(5);
            }
            Thread.sleep(after);
            next.kill();
        }
        while (System.nanoTime() < until) {
            if (!gateway.isAlive()) {
                restartGateway();
                return true;
            }
            if (isUp(adminPort, "/readyz")) {
                return false;
            }
            Thread.sleep(25);
        }
        throw new DemoFailure(gateway.name() + " neither went on nor ended within " + limit.toSeconds()
                + " s after its successor was killed:\n" + gateway.lastLines());
    }

    private ChildProcess successor() throws IOException {
        return ChildProcess.startGateway(
                "gateway-" + ++takeOvers,
                folder,
                List.of("run", file.toString(), "--data", folder.resolve("data").toString(), "--take-over"));
    }

    /** Switches modern's defects, such as {@code {"rounding": true}}. */
    void modernDefects(String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + modernPort + "/defects"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(5))
                .POST(BodyPublishers.ofString(json))
                .build();
        int status = client.send(request, BodyHandlers.discarding()).statusCode();
        if (status / 100 != 2) {
            throw new IOException("modern's defects could not be set: " + status);
        }
    }

    private void awaitUp(String name, ChildProcess process, int port, String path) throws InterruptedException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < until) {
            if (!process.isAlive()) {
                throw new DemoFailure(name + " ended at its start:\n" + process.lastLines());
            }
            if (isUp(port, path)) {
                return;
            }
            Thread.sleep(25);
        }
        throw new DemoFailure(name + " did not answer " + path + " within " + START_LIMIT.toSeconds() + " s:\n"
                + process.lastLines());
    }

    private boolean isUp(int port, String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            if (wanted == 0) {
                throw taken;
            }
            return freePort(0);
        }
    }

    @Override
    public void close() {
        gateway.close();
        modern.close();
        legacy.close();
        client.shutdownNow();
        if (!keep) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException leftOver) {
                System.err.println("left over: " + folder);
            }
        }
    }
}
