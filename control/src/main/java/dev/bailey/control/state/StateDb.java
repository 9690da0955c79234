package dev.bailey.control.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The control plane's database: a SQLite file of this process's own, or PostgreSQL that several processes share. One
 * connection, one transaction at a time. What a transaction wrote is durable when {@link #write} returns. Thread-safe.
 */
public final class StateDb implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Engine engine;

    private StateDb(Engine engine) {
        this.engine = engine;
    }

    /**
     * Opens or creates the file and makes sure the tables exist.
     *
     * @throws StateException when it cannot
     */
    public static StateDb open(Path file, List<String> schema) {
        return new StateDb(FileEngine.open(file, schema));
    }

    /**
     * Opens the shared store, and makes its tables or brings them up to date. A connection that is lost later is opened again
     * at the next use.
     *
     * @param fence the first statement of every transaction that writes
     * @throws StateException when it cannot
     */
    public static StateDb open(SharedStore store, Fence fence) {
        store.migrate();
        return new StateDb(new SharedEngine(store, fence));
    }

    /**
     * Runs work in one durable transaction; rolled back when it throws.
     *
     * @throws StateException when the store refuses it or cannot be reached, and nothing was changed
     * @throws StateException.Fenced when this process may not decide any more
     * @throws StateException.OutcomeUnknown when the change may be in the store or not
     */
    public <T> T write(Work<T> work) {
        lock.lock();
        try {
            return engine.write(work);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a query. The work has no effect beside its result, and may run twice.
     *
     * @throws StateException when the store cannot be read
     */
    public <T> T read(Work<T> work) {
        lock.lock();
        try {
            return engine.read(work);
        } finally {
            lock.unlock();
        }
    }

    /** Makes sure that a table's own definitions are in the file; the shared store has them from its migrations. */
    void ensure(String... definitions) {
        lock.lock();
        try {
            engine.ensure(List.of(definitions));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            engine.close();
        } finally {
            lock.unlock();
        }
    }

    /** Work on the one connection; must not commit, roll back or close it, nor use the same {@link StateDb}. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }
}
