package dev.bailey.benchmarks.move;

import dev.bailey.benchmarks.machine.BenchFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server of this run with a legacy and a modern database; durable as a user's would be. */
final class Databases implements AutoCloseable {

    private static final long COPY_LIMIT_MINUTES = 30;

    private final EmbeddedPostgres server;

    private Databases(EmbeddedPostgres server) {
        this.server = server;
    }

    static Databases start(Path folder) {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.resolve("postgres"))
                    .setServerConfig("fsync", "on")
                    .setServerConfig("shared_buffers", "1GB")
                    .setServerConfig("max_wal_size", "4GB")
                    .setServerConfig("max_connections", "60")
                    .start();
            Databases databases = new Databases(server);
            databases.sql("postgres", "create database legacy", "create database modern");
            return databases;
        } catch (IOException e) {
            throw new BenchFailure("PostgreSQL did not start", e);
        }
    }

    String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }

    void sql(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new BenchFailure("failed: " + String.join("; ", statements), e);
        }
    }

    String ask(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException e) {
            throw new BenchFailure("failed: " + sql, e);
        }
    }

    /** {@code psql … COPY … TO stdout | psql … COPY … FROM stdin}. */
    void copy(String from, String out, String to, String in) throws InterruptedException {
        try {
            List<Process> pipe = ProcessBuilder.startPipeline(List.of(psql(from, out), psql(to, in)));
            for (Process process : pipe) {
                if (!process.waitFor(COPY_LIMIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    pipe.forEach(Process::destroy);
                    throw new BenchFailure("psql did not copy (expected exit code 0): " + out + " | " + in);
                }
            }
        } catch (IOException e) {
            throw new BenchFailure("psql cannot be started; install postgresql-client", e);
        }
    }

    private ProcessBuilder psql(String database, String command) {
        return new ProcessBuilder(
                        "psql",
                        "-X",
                        "-q",
                        "-h",
                        "localhost",
                        "-p",
                        Integer.toString(server.getPort()),
                        "-U",
                        "postgres",
                        "-d",
                        database,
                        "-c",
                        command)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new BenchFailure("PostgreSQL did not stop", e);
        }
    }
}
