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
import java.util.Set;
import java.util.stream.Stream;

/** Both services with their databases, and the folder that holds everything of a run. */
final class DemoServices implements AutoCloseable {

    static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int SERVICE_HEAP_MB = 128;
    private static final Set<Integer> OK = Set.of(200);

    private final Path folder;
    private final boolean keep;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    final int legacyPort;
    final int modernPort;
    final ChildProcess legacy;
    final ChildProcess modern;

    private DemoServices(Path folder, boolean keep, int orders, long seed) throws IOException, InterruptedException {
        this.folder = folder;
        this.keep = keep;
        this.legacyPort = freePort(0);
        this.modernPort = freePort(0);
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
        awaitUp(legacy, legacyPort, "/health");
        awaitUp(modern, modernPort, "/health");
    }

    /** In a new folder. */
    static DemoServices start(int orders, long seed, boolean keep) throws IOException, InterruptedException {
        return new DemoServices(Files.createTempDirectory("bailey-demo-"), keep, orders, seed);
    }

    Path folder() {
        return folder;
    }

    String legacyJdbc() {
        return "jdbc:sqlite:" + folder.resolve("legacy.db");
    }

    String modernJdbc() {
        return "jdbc:sqlite:" + folder.resolve("modern.db");
    }

    void restartLegacy() throws IOException, InterruptedException {
        restart(legacy, legacyPort);
    }

    void restartModern() throws IOException, InterruptedException {
        restart(modern, modernPort);
    }

    /** Again where it ends at its start, as whatever runs services does: who stands still may hold its database's lock. */
    private void restart(ChildProcess process, int port) throws IOException, InterruptedException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            process.restart();
            try {
                awaitUp(process, port, "/health");
                return;
            } catch (DemoFailure failed) {
                if (process.isAlive() || System.nanoTime() > until) {
                    throw failed;
                }
            }
        }
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

    /** Waits until a process answers with 200. */
    void awaitUp(ChildProcess process, int port, String path) throws InterruptedException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < until) {
            if (!process.isAlive()) {
                throw new DemoFailure(process.name() + " ended at its start:\n" + process.lastLines());
            }
            if (answers(port, path, OK)) {
                return;
            }
            Thread.sleep(25);
        }
        throw new DemoFailure(process.name() + " did not answer " + path + " within " + START_LIMIT.toSeconds()
                + " s:\n" + process.lastLines());
    }

    /** Whether somebody answers there, with one of these. */
    boolean answers(int port, String path, Set<Integer> statuses) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return statuses.contains(
                    client.send(request, BodyHandlers.discarding()).statusCode());
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A free port; the wanted one where it is free, and not 0. */
    static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            if (wanted == 0) {
                throw taken;
            }
            return freePort(0);
        }
    }

    /** Ends them and deletes the folder, so that whatever else works there must have ended before. */
    @Override
    public void close() {
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
