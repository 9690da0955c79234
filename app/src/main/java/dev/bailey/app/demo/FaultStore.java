package dev.bailey.app.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The PostgreSQL that the nodes of a run share. It flushes, so that it can be killed where it stands. Not thread-safe. */
final class FaultStore implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long END_LIMIT_S = 20;

    private final Path data;
    private EmbeddedPostgres server;

    private FaultStore(Path data, EmbeddedPostgres server) {
        this.data = data;
        this.server = server;
    }

    /** A new one in a folder. */
    static FaultStore start(Path folder) throws IOException {
        Path data = folder.resolve("store");
        try {
            return new FaultStore(data, launch(data, 0));
        } catch (NoClassDefFoundError absent) {
            throw new DemoFailure("several nodes need a PostgreSQL of the run's own, which comes with the sources only"
                    + " (expected app/target/postgres on the class path, as ./bailey puts it there): "
                    + absent.getMessage());
        }
    }

    private static EmbeddedPostgres launch(Path data, int port) throws IOException {
        Redirect log = Redirect.appendTo(data.resolveSibling("store.log").toFile());
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPort(port)
                .setPGStartupWait(START_LIMIT)
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .start();
    }

    int port() {
        return server.getPort();
    }

    /** What it is, for a report. */
    String words() throws IOException {
        return "store: PostgreSQL "
                + Files.readString(data.resolve("PG_VERSION")).strip() + ", fsync on";
    }

    /** Ends its process and all the children of that with SIGKILL; they are gone when this returns. */
    void kill() throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        ProcessHandle postmaster = ProcessHandle.of(pid)
                .orElseThrow(() -> new DemoFailure("the store's process " + pid + " is not there (expected alive)"));
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            awaitEnd(each);
        }
        try {
            server.close();
        } catch (IOException deadAlready) {
            // It has no server to stop any more, and says so; what it held besides is given back.
            assert !postmaster.isAlive() : deadAlready;
        }
    }

    private static void awaitEnd(ProcessHandle process) throws InterruptedException {
        try {
            process.onExit().get(END_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException stays) {
            throw new DemoFailure("the store's process " + process.pid() + " did not end within " + END_LIMIT_S
                    + " s of its SIGKILL");
        }
    }

    /** Starts it again after {@link #kill} on what it left, at the same port; it answers when this returns. */
    void restart() throws IOException {
        server = launch(data, server.getPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
