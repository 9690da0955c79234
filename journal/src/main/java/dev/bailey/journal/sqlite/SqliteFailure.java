package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.Failure.Kind;
import java.sql.SQLException;

/** What SQLite's result codes mean for a transaction. */
final class SqliteFailure {

    private static final int PRIMARY_CODE = 0xff;
    static final int FULL_CODE = 13;
    private static final int TOO_BIG_CODE = 18;
    private static final int CONSTRAINT_CODE = 19;
    private static final int MISMATCH_CODE = 20;
    private static final int RANGE_CODE = 25;

    private SqliteFailure() {}

    static Failure of(SQLException e) {
        Kind kind = switch (e.getErrorCode() & PRIMARY_CODE) {
            case FULL_CODE -> Kind.FULL;
            case TOO_BIG_CODE, CONSTRAINT_CODE, MISMATCH_CODE, RANGE_CODE -> Kind.OPERATION;
            default -> Kind.STORE;
        };
        return new Failure(kind, String.valueOf(e.getMessage()));
    }
}
