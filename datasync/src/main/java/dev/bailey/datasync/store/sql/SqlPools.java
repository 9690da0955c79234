package dev.bailey.datasync.store.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * Two bounded pools over one database: readers, which see one moment and cannot write, and writers. On SQLite the services
 * are live on the same file: one writer, which takes the lock at once ({@code begin immediate}) and holds it for one batch;
 * the file's journal mode stays as its owner set it, and a file that is not there is not created.
 */
final class SqlPools implements AutoCloseable {

    private static final int READERS = 4;
    private static final int WRITERS = 4;
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration STATEMENT = Duration.ofSeconds(60);

    private final String name;
    private final SqlDialect dialect;
    private final HikariDataSource readers;
    private final HikariDataSource writers;
    private final Reach reach;
    private final Optional<TimedTransaction> timed;
    private final BeforeWrite before;

    private SqlPools(
            String name, SqlDialect dialect, SqlStore spec, HikariDataSource readers, HikariDataSource writers) {
        this(name, dialect, new Reach(name, dialect, spec.jdbc()), readers, writers, Optional.empty(), () -> {});
    }

    private SqlPools(
            String name,
            SqlDialect dialect,
            Reach reach,
            HikariDataSource readers,
            HikariDataSource writers,
            Optional<TimedTransaction> timed,
            BeforeWrite before) {
        this.name = name;
        this.dialect = dialect;
        this.reach = reach;
        this.readers = readers;
        this.writers = writers;
        this.timed = timed;
        this.before = before;
    }

    /** The same pools, with a bound on how long after a question a write may still land. */
    SqlPools timed(TimedTransaction transaction) {
        return new SqlPools(name, dialect, reach, readers, writers, Optional.of(transaction), before);
    }

    /**
     * The same pools, with a question inside each transaction that writes: when it has begun, and before it is committed. So
     * neither a connection nor a lock is waited for in between.
     */
    SqlPools asking(BeforeWrite question) {
        return new SqlPools(name, dialect, reach, readers, writers, timed, question);
    }

    static SqlPools open(String name, SqlDialect dialect, SqlStore spec) {
        return switch (dialect) {
            case SQLITE ->
                new SqlPools(
                        name,
                        dialect,
                        spec,
                        sqlite(name + " read", spec, true, READERS),
                        sqlite(name + " write", spec, false, 1));
            case POSTGRESQL ->
                new SqlPools(
                        name,
                        dialect,
                        spec,
                        postgres(name + " read", spec, true, READERS),
                        postgres(name + " write", spec, false, WRITERS));
            case MARIADB ->
                new SqlPools(
                        name,
                        dialect,
                        spec,
                        mariadb(name + " read", spec, true, READERS),
                        mariadb(name + " write", spec, false, WRITERS));
        };
    }

    private static HikariDataSource sqlite(String name, SqlStore spec, boolean readOnly, int size) {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setOpenMode(SQLiteOpenMode.READWRITE);
        sqlite.resetOpenMode(SQLiteOpenMode.CREATE);
        sqlite.setBusyTimeout((int) WAIT.toMillis());
        SQLiteDataSource source = new SQLiteDataSource(sqlite);
        source.setUrl(spec.jdbc());
        HikariConfig config = pool(name, size);
        config.setDataSource(source);
        config.setAutoCommit(true);
        if (readOnly) {
            config.setConnectionInitSql("pragma query_only = on");
        }
        return new HikariDataSource(config);
    }

    private static HikariDataSource postgres(String name, SqlStore spec, boolean readOnly, int size) {
        Properties driver = new Properties();
        // A text takes the type of the column it goes to: canonical documents have no uuid, timestamp or jsonb of their
        // own.
        driver.setProperty("stringtype", "unspecified");
        driver.setProperty("ApplicationName", "bailey");
        driver.setProperty("connectTimeout", Long.toString(WAIT.toSeconds()));
        driver.setProperty("socketTimeout", Long.toString(STATEMENT.toSeconds() + WAIT.toSeconds()));
        driver.setProperty("tcpKeepAlive", "true");
        HikariConfig config = pool(name, size);
        // Rewritten batches do not tell which of their rows were written.
        String url = spec.jdbc().replace("reWriteBatchedInserts=true", "reWriteBatchedInserts=false");
        config.setDataSource(source(url, spec, driver));
        String bound = "set statement_timeout = " + STATEMENT.toMillis();
        if (readOnly) {
            config.setConnectionInitSql(bound);
            config.setReadOnly(true);
            config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        } else {
            // What a job calls done stands after a crash, whatever the default; a stronger one stays.
            config.setConnectionInitSql(bound + "; select set_config('synchronous_commit', 'on', false)"
                    + " where current_setting('synchronous_commit') = 'off'");
        }
        return new HikariDataSource(config);
    }

    private static HikariDataSource mariadb(String name, SqlStore spec, boolean readOnly, int size) {
        Properties driver = new Properties();
        // Statements prepared by the server: numbers travel as they are, values never stand in a statement's text.
        driver.setProperty("useServerPrepStmts", "true");
        driver.setProperty("assureReadOnly", "true");
        // In a bulk the server computes a select among the values once, and gives what it found to all of its rows.
        driver.setProperty("useBulkStmts", "false");
        driver.setProperty("connectTimeout", Long.toString(WAIT.toMillis()));
        driver.setProperty("socketTimeout", Long.toString(STATEMENT.plus(WAIT).toMillis()));
        driver.setProperty("tcpKeepAlive", "true");
        HikariConfig config = pool(name, size);
        String url = spec.jdbc()
                .replaceFirst("^jdbc:mysql:", "jdbc:mariadb:")
                .replaceAll("(?i)([?&])(useBulkStmts|useBulkStmtsForInserts)=[^&]*", "$1useBulkStmts=false");
        config.setDataSource(source(url, spec, driver));
        // The server's own mode stays, since the user's selects are written for it; nothing is cut or rounded silently.
        // MariaDB alone reads what stands behind M!, MySQL alone what has this version.
        config.setConnectionInitSql("set names utf8mb4, time_zone = '+00:00', sql_mode = concat(@@sql_mode,"
                + " ',STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'), innodb_lock_wait_timeout = "
                + WAIT.toSeconds()
                + " /*M!100101 , max_statement_time = " + STATEMENT.toSeconds() + " */ /*!50708 , max_execution_time = "
                + STATEMENT.toMillis() + " */");
        if (readOnly) {
            config.setReadOnly(true);
            config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        } else {
            // Without locks on the gaps between keys, in which the services insert.
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        }
        return new HikariDataSource(config);
    }

    private static DataSource source(String url, SqlStore spec, Properties driver) {
        return spec.user().isEmpty()
                ? new DriverDataSource(url, null, driver, null, null)
                : new DriverDataSource(url, null, driver, spec.user(), spec.password());
    }

    private static HikariConfig pool(String name, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
        config.setConnectionTimeout(WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        // What is set when a connection is opened stays set when its first transaction is rolled back.
        config.setIsolateInternalQueries(true);
        return config;
    }

    /** Work in one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException, StoreException;
    }

    /** Reads one moment of the store. */
    <T> T read(Work<T> work) throws StoreException {
        try (Connection connection = connect(readers)) {
            return inTransaction(connection, "begin", "commit", work);
        } catch (SQLException e) {
            throw unavailable("reading", e);
        }
    }

    /** Asks something of a transaction that may write, and rolls it back whatever was done. */
    <T> T trial(Work<T> work) throws StoreException {
        try (Connection connection = connect(writers)) {
            return inTransaction(connection, "begin", "rollback", work);
        } catch (SQLException e) {
            throw unavailable("asking", e);
        }
    }

    /** Writes in one transaction, rolled back whole when the work throws. */
    <T> T write(Work<T> work) throws StoreException, RefusedException {
        try (Connection connection = connect(writers)) {
            return inTransaction(
                    connection,
                    "begin immediate",
                    "commit",
                    timed.isPresent() ? open -> timed.get().run(open, work) : open -> asked(open, work));
        } catch (SQLException e) {
            Optional<String> refusal = refusal(e);
            if (refusal.isPresent()) {
                throw new RefusedException(refusal.get(), duplicate(e), e);
            }
            throw unavailable("writing", e);
        }
    }

    private <T> T asked(Connection connection, Work<T> work) throws SQLException, StoreException {
        before.mayWrite();
        T result = work.run(connection);
        before.mayWrite();
        return result;
    }

    private Optional<String> refusal(SQLException e) {
        for (SQLException cause = e; cause != null; cause = SqlDialect.next(cause)) {
            Optional<String> refusal = dialect.refusal(cause);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private boolean duplicate(SQLException e) {
        for (SQLException cause = e; cause != null; cause = SqlDialect.next(cause)) {
            if (dialect.duplicate(cause)) {
                return true;
            }
        }
        return false;
    }

    private Connection connect(HikariDataSource pool) throws StoreException {
        // A pool tells what keeps it from connecting only when its time is over.
        if (pool.getHikariPoolMXBean().getTotalConnections() == 0) {
            try {
                pool.getDataSource().getConnection().close();
            } catch (SQLException e) {
                throw reach.refused(e);
            }
        }
        try {
            Connection connection = pool.getConnection();
            reach.connected();
            return connection;
        } catch (SQLException e) {
            throw reach.failed(e);
        }
    }

    private StoreException unavailable(String doing, SQLException e) {
        return reach.lost(e)
                .orElseGet(() -> new StoreException(name, doing + " failed: " + dialect.withoutValues(e), e));
    }

    /**
     * On SQLite the transaction is begun and ended in so many words: the driver's own commit begins the next transaction at
     * once, and an immediate one would lock the services out of their file until the pool lets the connection go.
     */
    private <T> T inTransaction(Connection connection, String begin, String end, Work<T> work)
            throws SQLException, StoreException {
        if (dialect == SqlDialect.SQLITE) {
            execute(connection, begin);
        }
        try {
            T result = work.run(connection);
            end(connection, end);
            return result;
        } catch (SQLException | StoreException | RuntimeException e) {
            try {
                end(connection, "rollback");
            } catch (SQLException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        }
    }

    private void end(Connection connection, String how) throws SQLException {
        if (dialect == SqlDialect.SQLITE) {
            execute(connection, how);
        } else if (how.equals("commit")) {
            connection.commit();
        } else {
            connection.rollback();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }

    /** The store will not have what was written; nothing of the transaction stands. */
    static final class RefusedException extends Exception {
        final String reason;
        final boolean duplicate;

        RefusedException(String reason, boolean duplicate, Throwable cause) {
            super(reason, cause);
            this.reason = reason;
            this.duplicate = duplicate;
        }
    }
}
