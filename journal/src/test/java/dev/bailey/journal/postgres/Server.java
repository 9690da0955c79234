package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Given;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One real server for all tests of this JVM; each test gets a schema of its own. */
final class Server {

    static final Fence OPEN = connection -> {};

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private Server() {}

    private static final class Holder {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder().start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static String url() {
        return Holder.SERVER.getJdbcUrl("postgres", "postgres");
    }

    /** The name of a schema that is not there yet. */
    static String schema() {
        return "s" + SCHEMAS.incrementAndGet();
    }

    static PostgresJournalSettings settings(String schema) {
        return settings(schema, OPEN);
    }

    static PostgresJournalSettings settings(String schema, Fence fence) {
        return PostgresJournalSettings.of(url(), schema, "node-1", fence);
    }

    static PostgresEngine engine(String schema) {
        return PostgresEngine.open(settings(schema), Given.AT_NOON);
    }

    static void sql(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The first column of the first row. */
    static String value(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            if (!found.next()) {
                throw new AssertionError("nothing found: " + sql);
            }
            return String.valueOf(found.getString(1));
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
