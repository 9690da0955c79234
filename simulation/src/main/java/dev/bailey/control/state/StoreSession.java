package dev.bailey.control.state;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection of a process to the simulated store, with its server's end. */
final class StoreSession {

    /** One that pauses inside a transaction keeps nobody waiting for longer. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofMillis(1_400);

    private static final Duration LOOK_EVERY = Duration.ofMillis(2);

    private final StoreServer server;
    private final Way way;
    private final int pid;
    private final Duration lockBound;
    private final List<Runnable> onCommit = new ArrayList<>();
    private boolean holdsRest;
    private boolean isOpen;
    private boolean isOver;
    private boolean isCut;
    private long active;

    StoreSession(StoreServer server, Way way, int pid, Duration lockBound) {
        this.server = server;
        this.way = way;
        this.pid = pid;
        this.lockBound = lockBound;
    }

    Session asSession() {
        return new Session(connection(), pid, "session " + pid);
    }

    boolean isOf(Way other) {
        return way.equals(other);
    }

    /** Something that takes effect with the transaction's commit. */
    void onCommit(Runnable action) {
        onCommit.add(action);
    }

    Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                StoreSession.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "prepareStatement" -> prepared(server.statement((String) arguments[0]));
                    case "commit" -> done(this::commit);
                    case "rollback" -> done(this::rollback);
                    case "close", "abort" -> done(this::cut);
                    case "isClosed" -> isCut;
                    case "setAutoCommit", "setReadOnly" -> null;
                    case "toString" -> "session " + pid;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static @Nullable Object done(Action action) throws SQLException {
        action.run();
        return null;
    }

    private interface Action {
        void run() throws SQLException;
    }

    private PreparedStatement prepared(StoreStatement statement) {
        List<@Nullable Object> arguments = new ArrayList<>();
        return (PreparedStatement) Proxy.newProxyInstance(
                StoreSession.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (_, method, given) -> switch (method.getName()) {
                    case "executeQuery" -> ran(statement, arguments).asResultSet();
                    case "executeUpdate" -> updated(statement, arguments);
                    case "close" -> null;
                    default -> {
                        argument(arguments, method, given);
                        yield null;
                    }
                });
    }

    private static void argument(List<@Nullable Object> arguments, Method method, Object[] given) {
        if (!method.getName().startsWith("set") || given.length != 2 || (int) given[0] != arguments.size() + 1) {
            throw new UnsupportedOperationException(method.getName());
        }
        arguments.add(given[1]);
    }

    private StoreRows ran(StoreStatement statement, List<@Nullable Object> arguments) throws SQLException {
        arrive(statement, arguments);
        StoreRows rows = switch (statement.kind()) {
            case PLAIN -> server.query(statement.sql(), arguments, statement.writes() || holdsRest);
            case ENDS_SESSION -> {
                Optional.ofNullable(server.session((int) arguments.getFirst())).ifPresent(StoreSession::end);
                yield StoreRows.one();
            }
            case LOOKS_FOR_SESSION ->
                server.session((int) arguments.getFirst()) == null ? StoreRows.none() : StoreRows.one();
        };
        if (statement.writes() || isOpen) {
            leave();
        }
        return rows;
    }

    private int updated(StoreStatement statement, List<@Nullable Object> arguments) throws SQLException {
        arrive(statement, arguments);
        int changed = server.update(statement.sql(), arguments);
        leave();
        return changed;
    }

    /** A statement comes to the server, and has the locks it needs. */
    private void arrive(StoreStatement statement, List<@Nullable Object> arguments) throws SQLException {
        go();
        Optional<String> row = statement.row(arguments);
        if (row.isPresent()) {
            isOpen = true;
            lock(row.get(), statement.isAlone());
        }
        isOpen |= statement.writes();
        if (statement.writes() && !holdsRest) {
            lock(StoreServer.REST, true);
            holdsRest = true;
        }
    }

    /** A way to the server alone. */
    void go() throws SQLException {
        if (isCut) {
            throw Way.cut();
        }
        try {
            way.travel();
        } catch (SQLException e) {
            isCut = true;
            throw e;
        }
        active = server.now();
        if (isOver) {
            isCut = true;
            throw new SQLException("simulated: the server has ended this session", "57P01");
        }
    }

    private void leave() throws SQLException {
        active = server.now();
        try {
            way.travel();
        } catch (SQLException e) {
            isCut = true;
            throw e;
        }
    }

    private void lock(String row, boolean isAlone) throws SQLException {
        long until = server.now() + lockBound.toNanos();
        while (true) {
            Set<StoreSession> inTheWay = server.locks().take(this, row, isAlone);
            if (inTheWay.isEmpty()) {
                return;
            }
            inTheWay.stream().filter(StoreSession::isIdle).forEach(StoreSession::end);
            if (server.now() > until) {
                throw new SQLException("simulated: a lock was not had in time", "55P03");
            }
            active = server.now();
            way.sleep(LOOK_EVERY);
            if (isOver) {
                isCut = true;
                throw new SQLException("simulated: the server has ended this session", "57P01");
            }
        }
    }

    private boolean isIdle() {
        return isOpen && server.now() - active > IDLE_IN_TRANSACTION.toNanos();
    }

    void commit() throws SQLException {
        if (isCut) {
            throw Way.cut();
        }
        if (!isOpen && onCommit.isEmpty()) {
            return; // it has locked and changed nothing
        }
        try {
            way.travel();
        } catch (SQLException e) {
            isCut = true;
            if (!isOver && way.arrivesLate(this::committed)) {
                active = server.now();
            }
            throw e;
        }
        if (isOver) {
            isCut = true;
            throw new SQLException("simulated: the server has ended this session", "57P01");
        }
        committed();
        leave();
    }

    private void committed() {
        if (isOver) {
            return;
        }
        try {
            if (holdsRest) {
                server.commit();
                holdsRest = false;
            }
        } catch (SQLException e) {
            throw new StateException("the simulated store cannot commit: " + e.getMessage(), e);
        }
        onCommit.forEach(Runnable::run);
        forget();
    }

    void rollback() throws SQLException {
        if (isOpen) {
            forget();
        }
        if (isCut) {
            throw Way.cut();
        }
    }

    private void forget() {
        if (holdsRest) {
            server.rollback();
            holdsRest = false;
        }
        onCommit.clear();
        server.locks().release(this);
        isOpen = false;
    }

    /** The process lets go of it; the server notices, unless the way between is cut. */
    private void cut() {
        boolean noticed = !isCut;
        isCut = true;
        if (noticed) {
            end();
        }
    }

    /** The server ends it: what it had not committed it never commits. */
    void end() {
        if (!isOver) {
            isOver = true;
            forget();
            server.forget(pid);
        }
    }
}
