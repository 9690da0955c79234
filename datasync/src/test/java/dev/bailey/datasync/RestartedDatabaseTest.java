package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.refresh.Pending;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of its own that is killed while a part is written to it, and started again on what it left. */
class RestartedDatabaseTest {

    private static final int ROWS = 4_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private int port;

    private EmbeddedPostgres start() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                // What it has said to be committed outlives it.
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPort(port)
                .setPGStartupWait(PATIENCE)
                .start();
        port = server.getPort();
        return server;
    }

    private void kill(EmbeddedPostgres server) throws IOException {
        long postmaster =
                Long.parseLong(Files.readAllLines(folder.resolve("data").resolve("postmaster.pid"))
                        .getFirst());
        ProcessHandle process = ProcessHandle.of(postmaster).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        try {
            server.close();
        } catch (IOException e) {
            assertThat(e).as("it is dead already").hasMessageContaining("pg_ctl");
        }
    }

    @Test
    void aServerThatDiesWithinAPartIsWaitedForAndBothStoresAreEqual() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Pause retrying = duration -> {
            if (duration.compareTo(Duration.ofMillis(400)) > 0) {
                tries.incrementAndGet();
            }
            Thread.sleep(duration.toMillis());
        };
        EmbeddedPostgres server = start();
        try {
            Flat flat = Flat.of(Postgres.database(), server.getJdbcUrl("postgres", "postgres"), ROWS);
            try (DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, retrying)) {
                Started started;
                try (Connection other = DriverManager.getConnection(flat.modernUrl());
                        Statement holding = other.createStatement()) {
                    other.setAutoCommit(false);
                    holding.execute("insert into purchase values (" + (ROWS - 900) + ", 'nobody', 0, null)");
                    started = plane.startBackfill(ORDERS);
                    await().until(() -> Shop.number(
                                    flat.modernUrl(),
                                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
                            > 0);
                    kill(server);
                }
                await().atMost(PATIENCE).until(() -> tries.get() > 0);
                server = start();
                JobRecord job = Plane.ended(plane, started);
                assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
                assertThat(job.done()).isEqualTo(ROWS);
                assertThat(flat.modern()).isEqualTo(flat.legacy());
            }
        } finally {
            server.close();
        }
    }
}
