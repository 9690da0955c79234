package dev.bailey.benchmarks.nodes;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.CpuTime;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL of this measurement's own, which flushes. */
final class Database implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final ProcessHandle process;

    private Database(EmbeddedPostgres server, ProcessHandle process) {
        this.server = server;
        this.process = process;
    }

    static Database start(Path folder) {
        Path data = folder.resolve("postgres");
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .start();
            long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid"))
                    .getFirst()
                    .strip());
            return new Database(server, ProcessHandle.of(pid).orElseThrow());
        } catch (IOException failed) {
            throw new BenchFailure("PostgreSQL does not start: " + failed.getMessage(), failed);
        }
    }

    /** As migration files name it. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?user=postgres";
    }

    String version() {
        return one("show server_version", row -> row.getString(1));
    }

    /** Transactions and bytes of the write-ahead log since it started. */
    Work work() {
        return one(
                "select pg_stat_clear_snapshot(), sum(xact_commit), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
                        + " from pg_stat_database",
                row -> new Work(row.getLong(2), row.getLong(3)));
    }

    /** What it did. */
    record Work(long commits, long walBytes) {
        Work since(Work before) {
            return new Work(commits - before.commits, walBytes - before.walBytes);
        }
    }

    CpuTime cpu() {
        return CpuTime.of(process);
    }

    /** Reads a row. */
    @FunctionalInterface
    private interface Read<T> {
        T from(ResultSet row) throws SQLException;
    }

    private <T> T one(String sql, Read<T> read) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return read.from(rows);
        } catch (SQLException failed) {
            throw new BenchFailure("PostgreSQL does not answer: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new BenchFailure("PostgreSQL does not end: " + failed.getMessage(), failed);
        }
    }
}
