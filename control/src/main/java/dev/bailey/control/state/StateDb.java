package dev.bailey.control.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The control plane's database: one SQLite file in WAL mode with {@code synchronous=FULL}, one connection, one transaction at
 * a time. What a transaction wrote is durable when {@link #write} returns. Thread-safe.
 */
public final class StateDb implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Connection connection;

    private StateDb(Connection connection) {
        this.connection = connection;
    }

    /** Opens or creates the file and makes sure the tables exist. */
    public static StateDb open(Path file, List<String> schema) {
        try {
            createForOwnerOnly(file);
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = full");
                statement.execute("pragma foreign_keys = on");
                for (String ddl : schema) {
                    statement.execute(ddl);
                }
            }
            connection.setAutoCommit(false);
            return new StateDb(connection);
        } catch (SQLException | IOException e) {
            throw new StateException("cannot open the state file " + file, e);
        }
    }

    /** SQLite gives its companion files the mode of the file itself. */
    private static void createForOwnerOnly(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(file);
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** Runs work in one durable transaction; rolled back when it throws. */
    public <T> T write(Work<T> work) {
        lock.lock();
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(e);
            throw e instanceof RuntimeException bug ? bug : new StateException("the state file refused a change", e);
        } finally {
            lock.unlock();
        }
    }

    /** Runs a query. */
    public <T> T read(Work<T> work) {
        return write(work);
    }

    private void rollback(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StateException("cannot close the state file", e);
        } finally {
            lock.unlock();
        }
    }

    /** Work on the one connection; must not commit, roll back or close it. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** The state file cannot be read or written; nothing was changed. */
    public static final class StateException extends RuntimeException {
        StateException(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }
    }
}
