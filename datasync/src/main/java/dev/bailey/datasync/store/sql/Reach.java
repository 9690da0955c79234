package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.UnreachableException;
import dev.bailey.datasync.store.UnreachableException.Why;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Tells why there is no connection to a database: its address, the driver's own cause, what to do. Thread-safe. */
final class Reach {

    private static final String REJECTED = "08004";

    /** The server ends, was killed or starts: PostgreSQL's own states. */
    private static final Set<String> SHUTDOWN = Set.of("57P01", "57P02", "57P03");

    private static final int MARIA_NO_DATABASE = 1049;
    private static final int MARIA_DATABASE_DENIED = 1044;

    private final String name;
    private final SqlDialect dialect;
    private final String address;
    /** The pool tells a failure to one of those that wait for it only. */
    private volatile @Nullable SQLException last;

    Reach(String name, SqlDialect dialect, String jdbc) {
        this.name = name;
        this.dialect = dialect;
        this.address = address(jdbc);
    }

    /** A URL without user, password and parameters. */
    static String address(String jdbc) {
        return jdbc.replaceFirst("^jdbc:", "").replaceFirst("(?s)[?].*", "").replaceFirst("//.*@", "//");
    }

    void connected() {
        last = null;
    }

    /** The pool gave no connection. */
    StoreException failed(SQLException pool) {
        SQLException driver = SqlDialect.next(pool);
        if (driver != null) {
            last = driver;
        } else {
            driver = last;
        }
        if (driver == null) {
            return unreachable(
                    Why.BUSY, " is busy: all of Bailey's connections were in use for too long; try again later", pool);
        }
        return refused(driver);
    }

    /** The database gave none. */
    StoreException refused(SQLException driver) {
        Why why = why(driver);
        String cause = cause(driver);
        return unreachable(
                why,
                switch (why) {
                    case NETWORK -> " cannot be reached: " + cause + "; start it, or correct `jdbc`";
                    case LOGIN -> " does not let Bailey in: " + cause + "; correct `user` and `password`";
                    case NO_DATABASE -> " is not there: " + cause + "; create it, or correct `jdbc`";
                    case SERVER, BUSY, LOST -> " takes no connection: " + cause + "; try again when it does";
                },
                driver);
    }

    /** A connection that broke while it was used; empty when that is not what failed. */
    Optional<StoreException> lost(SQLException e) {
        for (SQLException each = e; each != null; each = SqlDialect.next(each)) {
            String state = state(each);
            if (state.startsWith("08") || SHUTDOWN.contains(state)) {
                return Optional.of(unreachable(
                        Why.LOST, " broke the connection: " + cause(each) + "; try again when it is back", e));
            }
        }
        return Optional.empty();
    }

    private UnreachableException unreachable(Why why, String what, SQLException cause) {
        return new UnreachableException(name, why, address + what, cause);
    }

    private Why why(SQLException e) {
        String state = state(e);
        if (e instanceof SQLiteException sqlite) {
            return sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CANTOPEN ? Why.NO_DATABASE : Why.SERVER;
        }
        if (dialect == SqlDialect.MARIADB && e.getErrorCode() == MARIA_NO_DATABASE) {
            return Why.NO_DATABASE;
        }
        if (dialect == SqlDialect.MARIADB && e.getErrorCode() == MARIA_DATABASE_DENIED) {
            return Why.LOGIN;
        }
        if (state.startsWith("28") || state.equals(REJECTED)) {
            return Why.LOGIN;
        }
        if (state.startsWith("3D")) {
            return Why.NO_DATABASE;
        }
        return state.startsWith("08") ? Why.NETWORK : Why.SERVER;
    }

    private String cause(SQLException e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            switch (each) {
                case UnknownHostException _ -> {
                    return "no host of this name is known";
                }
                case SocketTimeoutException _ -> {
                    return "no answer in time";
                }
                case ConnectException refused -> {
                    return told(String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT));
                }
                case IOException other
                when other.getCause() == null && other.getMessage() != null -> {
                    return told(other.getMessage());
                }
                default -> {}
            }
        }
        return told(dialect.withoutValues(e));
    }

    private static String told(String message) {
        return message.strip().replaceFirst("[.;]+$", "");
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
