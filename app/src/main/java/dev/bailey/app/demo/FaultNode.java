package dev.bailey.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One gateway of a run, which is started again where it ended by itself, as whatever runs nodes in earnest does. Thread-safe. */
final class FaultNode implements AutoCloseable {

    /** Of a node that was expelled or lost the lead, and of one that found no store at its start. */
    private static final int MAY_END_WITH = 1;

    /** Of one that leads, and of one that says who does. */
    private static final Set<Integer> UP = Set.of(200, 421);

    private final DemoServices services;
    private final int port;
    private final int adminPort;
    private final boolean amongOthers;
    private final ChildProcess process;
    private final List<Integer> ends = new ArrayList<>();
    private boolean killed;

    private FaultNode(DemoServices services, int port, int adminPort, boolean amongOthers, ChildProcess process) {
        this.services = services;
        this.port = port;
        this.adminPort = adminPort;
        this.amongOthers = amongOthers;
        this.process = process;
    }

    /**
     * Starts it and waits until it carries traffic.
     *
     * @param file its migration file, with these ports
     */
    static FaultNode start(DemoServices services, String name, Path file, int port, int adminPort, boolean amongOthers)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("run", file.toString(), "--data", data(services, name).toString()));
        if (amongOthers) {
            arguments.addAll(List.of("--node", name));
        }
        FaultNode node = new FaultNode(
                services, port, adminPort, amongOthers, ChildProcess.startGateway(name, services.folder(), arguments));
        if (!node.awaitUp(DemoServices.START_LIMIT)) {
            node.close();
            throw new DemoFailure(name + " did not start within " + DemoServices.START_LIMIT.toSeconds() + " s:\n"
                    + node.process.lastLines());
        }
        return node;
    }

    /** What a node of that name keeps for itself. */
    static Path data(DemoServices services, String name) {
        return services.folder().resolve(name + "-data");
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    String lastLines() {
        return process.lastLines();
    }

    synchronized void kill() throws InterruptedException {
        killed = true;
        process.kill();
    }

    /** Starts it after {@link #kill}. */
    synchronized void start() throws IOException {
        process.restart();
        killed = false;
    }

    /** Stops it where it stands; false where it does not run. */
    synchronized boolean pause() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            return false;
        }
        process.pause();
        return true;
    }

    synchronized void goOn() throws IOException, InterruptedException {
        process.goOn();
    }

    /** Starts it again where it has ended and nobody killed it. */
    synchronized void keep() throws IOException {
        if (!killed && !process.isAlive()) {
            ends.add(process.exitCode());
            process.restart();
        }
    }

    /** How often it has ended by itself. */
    synchronized int ends() {
        return ends.size();
    }

    /** Ends that nothing in the protocol explains; empty where there were none. */
    synchronized String wrongEnds() {
        List<Integer> wrong = ends.stream()
                .filter(code -> !amongOthers || code != MAY_END_WITH)
                .toList();
        return wrong.isEmpty()
                ? ""
                : process.name() + " ended by itself with " + wrong
                        + (amongOthers ? " (expected " + MAY_END_WITH + ")" : " (expected that it stays)");
    }

    boolean isUp() throws InterruptedException {
        return services.answers(adminPort, "/readyz", UP);
    }

    /** Waits until it carries traffic; false when it does not in time. */
    boolean awaitUp(Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (!isUp()) {
            if (System.nanoTime() > until) {
                return false;
            }
            Thread.sleep(25);
        }
        return true;
    }

    @Override
    public synchronized void close() {
        killed = true;
        process.close();
    }
}
