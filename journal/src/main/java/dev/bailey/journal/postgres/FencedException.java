package dev.bailey.journal.postgres;

import java.sql.SQLException;

/** The fence has not let this process pass. */
final class FencedException extends SQLException {

    private static final long serialVersionUID = 1;

    FencedException(String node, SQLException cause) {
        super(
                "node " + node + " may not write the journal: " + cause.getMessage(),
                cause.getSQLState(),
                cause.getErrorCode(),
                cause);
    }
}
