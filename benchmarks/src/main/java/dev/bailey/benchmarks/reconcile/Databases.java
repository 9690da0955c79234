package dev.bailey.benchmarks.reconcile;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Workspace;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of this run's own with both sides in it, each a database: the same orders under other names. */
final class Databases implements AutoCloseable {

    static final String LEGACY_READ =
            "select id, customer_id, status, total, note, active, created_at, updated_at from orders";
    static final String MODERN_READ = "select order_no as id, client as customer_id, state as status, amount as total,"
            + " remark as note, is_open as active, placed as created_at, touched as updated_at from purchase";

    private static final String ROWS = "select i, i * 7919 % 100000, (array['new', 'paid', 'sent', 'back'])[1 + i % 4],"
            + " (i * 37 % 1000000) / 100.0, case when i % 5 > 0 then 'note of order ' || i || ' with some words' end,"
            + " i % 3 = 0, timestamptz '2020-01-01Z' + i * interval '17.123456 s', timestamp '2021-01-01' + i * interval"
            + " '1 s' from ";
    private static final long BATCH = 500_000;

    private final EmbeddedPostgres server;

    private Databases(EmbeddedPostgres server) {
        this.server = server;
    }

    static Databases start(Workspace workspace) {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(workspace.folder().resolve("postgres"))
                    .setCleanDataDirectory(true)
                    .setServerConfig("shared_buffers", "1GB")
                    .setServerConfig("max_wal_size", "4GB")
                    .setServerConfig("maintenance_work_mem", "256MB")
                    .start();
            Databases databases = new Databases(server);
            databases.on("postgres", "create database legacy", "create database modern");
            databases.on(
                    "legacy",
                    "create table orders (id bigint primary key, customer_id bigint not null, status text not null, total"
                            + " numeric(12,2) not null, note text, active boolean not null, created_at timestamptz not null,"
                            + " updated_at timestamp)");
            databases.on(
                    "modern",
                    "create table purchase (order_no bigint primary key, client bigint not null, state varchar(20) not"
                            + " null, amount numeric(12,2) not null, remark text, is_open boolean not null, placed"
                            + " timestamptz not null, touched timestamp)");
            return databases;
        } catch (IOException failed) {
            throw new BenchFailure("PostgreSQL did not start: " + failed.getMessage());
        }
    }

    void fill(long rows) {
        for (long from = 1; from <= rows; from += BATCH) {
            String select = rows("generate_series(%d, %d)".formatted(from, Math.min(rows, from + BATCH - 1)));
            on("legacy", "insert into orders " + select);
            on("modern", "insert into purchase " + select);
        }
        on("legacy", "vacuum (analyze, freeze) orders");
        on("modern", "vacuum (analyze, freeze) purchase");
        on("postgres", "checkpoint");
    }

    /** A select of the rows of these numbers. */
    static String rows(String numbers) {
        return ROWS + numbers + " n, lateral (select cast(n as bigint)) b(i)";
    }

    String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }

    /** The URL by which the bytes of all connections are counted. */
    String counted(String database) {
        return url(database) + "&socketFactory=" + CountingSockets.class.getName();
    }

    void on(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new BenchFailure(String.valueOf(failed.getMessage()));
        }
    }

    List<String> lines(String database, String setting, String query) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement()) {
            statement.execute(setting);
            try (ResultSet rows = statement.executeQuery(query)) {
                List<String> lines = new ArrayList<>();
                while (rows.next()) {
                    lines.add(String.valueOf(rows.getString(1)));
                }
                return lines;
            }
        } catch (SQLException failed) {
            throw new BenchFailure(String.valueOf(failed.getMessage()));
        }
    }

    String version() {
        return lines("postgres", "select 1", "select version()").getFirst();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new BenchFailure("PostgreSQL did not stop: " + failed.getMessage());
        }
    }
}
