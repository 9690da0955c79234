package dev.bailey.control.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shared store over one connection. A connection found dead at the beginning of a transaction is opened again; one that
 * dies inside ends the transaction. Before a new connection is used the server has ended the last one, so a read after a
 * commit whose answer was lost shows how it ended.
 */
final class SharedEngine implements Engine {

    private final SharedStore store;
    private final Fence fence;
    private final Messenger messenger;
    private @Nullable Session session;
    private @Nullable Session left;

    SharedEngine(SharedStore store, Fence fence) {
        this.store = store;
        this.fence = fence;
        this.messenger = store.messenger("bailey-state");
    }

    @Override
    public <T> T write(StateDb.Work<T> work) {
        return messenger.call(() -> {
            Connection connection = beginWriting();
            T result;
            try {
                result = work.run(connection);
            } catch (SQLException | RuntimeException e) {
                undo(e);
                throw e instanceof SQLException refused ? store.failed("refused a change", refused) : e;
            }
            commit(connection);
            return result;
        });
    }

    /** The fence is also what finds a connection dead: nothing was done yet, so it may be done again on another. */
    private Connection beginWriting() {
        try {
            return fenced();
        } catch (SQLException e) {
            undo(e);
            if (!SharedStore.isLost(e)) {
                throw store.failed("refused to say who may decide", e);
            }
        }
        try {
            return fenced();
        } catch (SQLException e) {
            undo(e);
            throw store.failed("cannot be written", e);
        }
    }

    private Connection fenced() throws SQLException {
        Connection connection = connection();
        try {
            connection.setReadOnly(false);
            fence.check(connection);
            return connection;
        } catch (RuntimeException e) {
            undo(e);
            throw e;
        }
    }

    private void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (SharedStore.isRolledBack(e)) {
                undo(e);
                throw store.failed("refused a change", e);
            }
            drop(e);
            throw new StateException.OutcomeUnknown(
                    "the answer of the shared store at " + store.where()
                            + " to a commit was lost, so it is not known whether"
                            + " the change was made (what is read from it next tells): " + e.getMessage(),
                    e);
        }
    }

    @Override
    public <T> T read(StateDb.Work<T> work) {
        return messenger.call(() -> {
            try {
                return readOnce(work);
            } catch (SQLException e) {
                if (!SharedStore.isLost(e)) {
                    throw store.failed("refused a query", e);
                }
            }
            try {
                return readOnce(work);
            } catch (SQLException e) {
                throw store.failed("cannot be read", e);
            }
        });
    }

    private <T> T readOnce(StateDb.Work<T> work) throws SQLException {
        try {
            Connection connection = connection();
            connection.setReadOnly(true);
            T result = work.run(connection);
            connection.rollback();
            return result;
        } catch (SQLException | RuntimeException e) {
            undo(e);
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        Session open = session;
        if (open == null) {
            open = store.open(SharedStore.BOUND);
            Session older = left;
            if (older != null) {
                try {
                    open.end(older, SharedStore.BOUND);
                } catch (SQLException e) {
                    open.cut(e);
                    throw e;
                }
                left = null;
            }
            open.connection().setAutoCommit(false);
            session = open;
        }
        return open.connection();
    }

    private void undo(Exception cause) {
        Session open = session;
        if (open == null) {
            return;
        }
        if (cause instanceof SQLException refused && SharedStore.isLost(refused)) {
            drop(cause);
            return;
        }
        try {
            open.connection().rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
            drop(cause);
        }
    }

    private void drop(Exception cause) {
        Session open = session;
        if (open != null) {
            open.cut(cause);
            left = open;
            session = null;
        }
    }

    @Override
    public void ensure(List<String> definitions) {
        // The migrations of the shared store hold every table.
    }

    @Override
    public void close() {
        if (messenger.isClosed()) {
            return;
        }
        messenger.call(() -> {
            Session open = session;
            session = null;
            if (open != null) {
                try {
                    open.connection().close();
                } catch (SQLException e) {
                    throw store.failed("could not be left in order", e);
                }
            }
            return 0;
        });
        messenger.close();
    }
}
