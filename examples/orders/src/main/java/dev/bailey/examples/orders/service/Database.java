package dev.bailey.examples.orders.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.bailey.examples.orders.service.OrderTables.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * One service's database: a pool that reads and a pool that writes. With SQLite one connection writes and write-ahead
 * logging lets the others read meanwhile; a commit survives the death of the process. Thread-safe.
 */
public final class Database implements AutoCloseable {

    private static final int SQLITE_READERS = 4;
    private static final int POSTGRESQL_CONNECTIONS = 8;
    private static final int WAIT_MS = 10_000;

    private final Dialect dialect;
    private final HikariDataSource readers;
    private final HikariDataSource writers;

    private Database(Dialect dialect, HikariDataSource readers, HikariDataSource writers) {
        this.dialect = dialect;
        this.readers = readers;
        this.writers = writers;
    }

    /** Opens {@code jdbc:sqlite:…} or {@code jdbc:postgresql:…} and creates the tables that are missing. */
    public static Database open(String jdbc, List<String> sqliteSchema, List<String> postgresqlSchema)
            throws SQLException {
        Database database;
        if (jdbc.startsWith("jdbc:sqlite:")) {
            HikariDataSource writers = sqlite(jdbc, 1);
            database = new Database(Dialect.SQLITE, sqlite(jdbc, SQLITE_READERS), writers);
        } else if (jdbc.startsWith("jdbc:postgresql:")) {
            HikariDataSource pool = pool(jdbc, POSTGRESQL_CONNECTIONS, new Properties());
            database = new Database(Dialect.POSTGRESQL, pool, pool);
        } else {
            throw new IllegalArgumentException(
                    "database " + jdbc + " (expected jdbc:sqlite:FILE or jdbc:postgresql://…)");
        }
        List<String> schema = database.dialect == Dialect.SQLITE ? sqliteSchema : postgresqlSchema;
        try {
            database.write(connection -> {
                try (Statement statement = connection.createStatement()) {
                    for (String sql : schema) {
                        statement.execute(sql);
                    }
                }
                return true;
            });
        } catch (SQLException | RuntimeException failed) {
            database.close();
            throw failed;
        }
        return database;
    }

    /** Opens one side's database with its tables and the tables every example service has. */
    public static Database open(String jdbc, OrderTables tables) throws SQLException {
        return open(
                jdbc,
                WriteLog.withOwnTables(tables.schema(Dialect.SQLITE)),
                WriteLog.withOwnTables(tables.schema(Dialect.POSTGRESQL)));
    }

    private static HikariDataSource sqlite(String jdbc, int connections) {
        Properties pragmas = new Properties();
        pragmas.setProperty("journal_mode", "WAL");
        pragmas.setProperty("synchronous", "NORMAL");
        pragmas.setProperty("busy_timeout", Integer.toString(WAIT_MS));
        pragmas.setProperty("transaction_mode", "IMMEDIATE");
        return pool(jdbc, connections, pragmas);
    }

    private static HikariDataSource pool(String jdbc, int connections, Properties properties) {
        if (LoggerFactory.getLogger("com.zaxxer.hikari") instanceof Logger pools) {
            pools.setLevel(Level.WARN);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbc);
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections);
        config.setMaxLifetime(0);
        config.setConnectionTimeout(WAIT_MS);
        return new HikariDataSource(config);
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Work on one connection, which is returned whatever happens. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    public <T> T read(Work<T> work) throws SQLException {
        try (Connection connection = readers.getConnection()) {
            return work.on(connection);
        }
    }

    /** One transaction: committed when the work returns, undone when it throws. */
    public <T> T write(Work<T> work) throws SQLException {
        try (Connection connection = writers.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }
}
