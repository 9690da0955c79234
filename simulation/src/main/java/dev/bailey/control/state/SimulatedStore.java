package dev.bailey.control.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The simulated store as one process knows it. */
public final class SimulatedStore extends SharedStore {

    private static final Duration LOCK_BOUND = Duration.ofSeconds(2);

    private final StoreServer server;
    private final Way way;

    public SimulatedStore(StoreServer server, Way way) {
        super("jdbc:postgresql://simulated:1/store", "simulated");
        this.server = server;
        this.way = way;
    }

    @Override
    void migrate() {}

    @Override
    Messenger messenger(String name) {
        return new Messenger(new OneAtATime());
    }

    @Override
    Session open(Duration bound) {
        try {
            return session(bound).asSession();
        } catch (SQLException e) {
            throw failed("cannot be reached", e);
        }
    }

    private StoreSession session(Duration bound) throws SQLException {
        Duration lockBound = bound.multipliedBy(4).dividedBy(5);
        StoreSession session = server.session(way, lockBound.compareTo(LOCK_BOUND) < 0 ? lockBound : LOCK_BOUND);
        try {
            session.go();
        } catch (SQLException e) {
            session.end();
            throw e;
        }
        return session;
    }

    /** The process has died, and the server notices at once. */
    public void died() {
        server.ended(way);
    }

    /** A connection for tables of another kind, whose changes take effect with its commits. */
    public Link link(@Nullable Link before) throws SQLException {
        StoreSession session = session(BOUND);
        if (before != null) {
            before.session.end();
        }
        return new Link(session);
    }

    public static final class Link {
        private final StoreSession session;
        private final Connection connection;

        private Link(StoreSession session) {
            this.session = session;
            this.connection = session.connection();
        }

        /** For a fence. */
        public Connection connection() {
            return connection;
        }

        /** A way there, or back, for a look at those tables. */
        public void go() throws SQLException {
            session.go();
        }

        public void commit(Runnable change) throws SQLException {
            session.onCommit(change);
            session.commit();
        }

        public void rollback() throws SQLException {
            session.rollback();
        }

        public void close() throws SQLException {
            connection.close();
        }
    }

    /** Runs a call on the thread that makes it. */
    private static final class OneAtATime extends AbstractExecutorService {
        private final ReentrantLock lock = new ReentrantLock();
        private boolean isShut;

        @Override
        public void execute(Runnable call) {
            lock.lock();
            try {
                call.run();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void shutdown() {
            isShut = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            isShut = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return isShut;
        }

        @Override
        public boolean isTerminated() {
            return isShut;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return isShut;
        }
    }
}
