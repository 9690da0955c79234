package dev.bailey.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The machine room of the demonstration: both services, the gateway between them, their databases and ports. */
final class DemoWorld implements AutoCloseable {

    private static final String READY = "/readyz";

    private final DemoServices services;
    final int gatewayPort;
    final int adminPort;
    final ChildProcess modern;
    ChildProcess gateway;
    private final Path file;
    private int takeOvers;

    /** Where the gateway finds a service: at the port it listens on, or at something put between. */
    @FunctionalInterface
    interface Way {
        int to(String service, int port) throws IOException;
    }

    private DemoWorld(DemoServices services, Path home, UnaryOperator<String> change, Way way)
            throws IOException, InterruptedException {
        this.services = services;
        this.modern = services.modern;
        this.gatewayPort = DemoServices.freePort(0);
        this.adminPort = DemoServices.freePort(7070);
        this.file = folder().resolve("orders.yaml");
        OrdersFile.write(
                home,
                file,
                gatewayPort,
                adminPort,
                way.to("legacy", services.legacyPort),
                way.to("modern", services.modernPort),
                change);
        this.gateway = ChildProcess.startGateway(
                "gateway",
                folder(),
                List.of(
                        "run",
                        file.toString(),
                        "--data",
                        folder().resolve("data").toString()));
        services.awaitUp(gateway, adminPort, READY);
    }

    static DemoWorld start(Path home, int orders, long seed, boolean keep) throws IOException, InterruptedException {
        return start(home, orders, seed, keep, UnaryOperator.identity(), (_, port) -> port);
    }

    /** @param change made to the migration file's text */
    static DemoWorld start(Path home, int orders, long seed, boolean keep, UnaryOperator<String> change, Way way)
            throws IOException, InterruptedException {
        return new DemoWorld(DemoServices.start(orders, seed, keep), home, change, way);
    }

    String legacyJdbc() {
        return services.legacyJdbc();
    }

    String modernJdbc() {
        return services.modernJdbc();
    }

    URI gatewayUri() {
        return URI.create("http://127.0.0.1:" + gatewayPort);
    }

    URI adminUri() {
        return URI.create("http://127.0.0.1:" + adminPort);
    }

    /** The local token, which the gateway wrote into its data folder. */
    String token() throws IOException {
        return Files.readString(folder().resolve("data").resolve("token")).strip();
    }

    Path folder() {
        return services.folder();
    }

    void restartModern() throws IOException, InterruptedException {
        services.restartModern();
    }

    void restartGateway() throws IOException, InterruptedException {
        gateway.restart();
        services.awaitUp(gateway, adminPort, READY);
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
        services.awaitUp(next, adminPort, READY);
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
            if (services.answers(adminPort, READY, Set.of(200))) {
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
                folder(),
                List.of(
                        "run",
                        file.toString(),
                        "--data",
                        folder().resolve("data").toString(),
                        "--take-over"));
    }

    /** Switches modern's defects, such as {@code {"rounding": true}}. */
    void modernDefects(String json) throws IOException, InterruptedException {
        services.modernDefects(json);
    }

    @Override
    public void close() {
        gateway.close();
        services.close();
    }
}
