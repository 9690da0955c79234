package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.Failure.Kind;
import java.sql.SQLException;

/** What PostgreSQL's states mean for a transaction. */
final class PostgresFailure {

    private static final String DISK_FULL = "53100";
    private static final String UNKNOWN_WHETHER_DONE = "40003";

    private PostgresFailure() {}

    static Failure of(SQLException e) {
        return new Failure(e instanceof FencedException ? Kind.STORE : kind(state(e)), String.valueOf(e.getMessage()));
    }

    private static Kind kind(String state) {
        if (state.equals(DISK_FULL)) {
            return Kind.FULL;
        }
        if (state.equals(UNKNOWN_WHETHER_DONE)) {
            return Kind.STORE;
        }
        String group = state.length() < 2 ? "" : state.substring(0, 2);
        return switch (group) {
            // A value that is impossible, a constraint, a limit of the program; two who wait for each other, where
            // several
            // write.
            case "22", "23", "40", "54" -> Kind.OPERATION;
            default -> Kind.STORE;
        };
    }

    /** The connection or the server behind it is gone. */
    static boolean isLost(SQLException e) {
        String state = state(e);
        return state.startsWith("08") || state.startsWith("57P");
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }
}
