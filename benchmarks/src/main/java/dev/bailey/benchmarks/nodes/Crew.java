package dev.bailey.benchmarks.nodes;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.CpuTime;
import dev.bailey.benchmarks.machine.Ports;
import dev.bailey.benchmarks.machine.Today;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.AdminApi;
import dev.bailey.benchmarks.service.Items;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes as {@code ./bailey run} starts them, one of which leads, between services of their own. Each slice is in dual-write. */
final class Crew implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration EQUAL = Duration.ofMinutes(2);

    final Items legacy = new Items();
    final Items modern = new Items();
    private final String name;
    private final Workspace workspace;
    private final Database database;
    private final int slices;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Child> processes = new ArrayList<>();
    private Optional<AdminApi> api = Optional.empty();

    private Crew(String name, Workspace workspace, Database database, int slices) {
        this.name = name;
        this.workspace = workspace;
        this.database = database;
        this.slices = slices;
    }

    /** @param name of the migration, and so of its place in the database */
    static Crew start(String name, Workspace workspace, Database database, int nodes, int slices)
            throws InterruptedException {
        Crew crew = new Crew(name, workspace, database, slices);
        try {
            for (int node = 1; node <= nodes; node++) {
                crew.startNode(node);
            }
            for (int slice = 0; slice < slices; slice++) {
                crew.api().advance("s" + slice, "\"to\":\"DUAL_WRITE\"");
            }
            return crew;
        } catch (RuntimeException | InterruptedException e) {
            crew.close();
            throw e;
        }
    }

    /** The first one leads. */
    private void startNode(int node) throws InterruptedException {
        int port = Ports.free();
        int admin = Ports.free();
        Path folder = workspace.folder().resolve(name + "-" + node);
        Path data = folder.resolve("data");
        Path file = folder.resolve("bailey.yaml");
        try {
            Files.writeString(Files.createDirectories(folder).resolve("bailey.yaml"), file(port, admin));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Child process = Child.start(
                name + "-" + node,
                workspace.bothCores(),
                workspace.folder(),
                Map.of("BAILEY_BUILD", "never"),
                List.of(
                        workspace.home().resolve("bailey").toString(),
                        "run",
                        file.toString(),
                        "--data",
                        data.toString(),
                        "--node",
                        "node-" + node));
        processes.add(process);
        Ports.awaitListening(port, process, START);
        Ports.awaitListening(admin, process, START);
        ports.add(port);
        if (node == 1) {
            api = Optional.of(new AdminApi(admin, data));
        }
    }

    /** Of the node that leads. */
    AdminApi api() {
        return api.orElseThrow();
    }

    List<Integer> ports() {
        return ports;
    }

    /** Of each node, the one that leads first. */
    List<CpuTime> cpu() {
        processes.forEach(Child::mustBeAlive);
        return processes.stream().map(Child::cpu).toList();
    }

    /** Waits until all that legacy has is at modern too; how long that took. */
    Duration awaitEqual() throws InterruptedException {
        long before = System.nanoTime();
        while (!modern.kept().equals(legacy.kept())) {
            if (System.nanoTime() - before > EQUAL.toNanos()) {
                throw new BenchFailure("both sides are not equal after " + EQUAL.toSeconds() + " s: legacy has "
                        + legacy.kept().size() + " items, modern "
                        + modern.kept().size());
            }
            Thread.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - before);
    }

    private String file(int port, int admin) {
        StringBuilder text = new StringBuilder("""
                bailey: 1
                migration: %s
                owner: benchmarks
                finishBy: %s
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:%d
                store: "%s"
                legacy: { url: "http://127.0.0.1:%d" }
                modern: { url: "http://127.0.0.1:%d" }
                gateway: { nodes: all }
                slices:
                """.formatted(
                        name, Today.date().plusYears(1), port, admin, database.url(), legacy.port(), modern.port()));
        for (int slice = 0; slice < slices; slice++) {
            text.append("""
                      s0:
                        entity: path:id
                        routes: [ "GET /s0/{id}", "PUT /s0/{id}", "DELETE /s0/{id}" ]
                        writes: { replicate: replay, idempotency: natural }
                        data:
                          key: id
                          legacy: { get: "GET /s0/{key}", put: "PUT /s0/{key}", delete: "DELETE /s0/{key}", list: "GET /s0?after={cursor}&limit=500" }
                          modern: { get: "GET /s0/{key}", put: "PUT /s0/{key}", delete: "DELETE /s0/{key}", list: "GET /s0?after={cursor}&limit=500" }
                    """.replace("s0", "s" + slice).indent(2));
        }
        return text.toString();
    }

    @Override
    public void close() {
        api.ifPresent(AdminApi::close);
        processes.forEach(Child::close);
        legacy.close();
        modern.close();
    }
}
