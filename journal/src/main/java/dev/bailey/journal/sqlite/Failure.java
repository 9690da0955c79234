package dev.bailey.journal.sqlite;

import java.sql.SQLException;

/** Why a transaction did not come about. */
record Failure(Kind kind, String reason) {

    private static final int PRIMARY_CODE = 0xff;
    private static final int FULL_CODE = 13;
    private static final int TOO_BIG_CODE = 18;
    private static final int CONSTRAINT_CODE = 19;
    private static final int MISMATCH_CODE = 20;
    private static final int RANGE_CODE = 25;

    enum Kind {
        /** No room: on the disk, below the declared size, in the queue, or under the bound of undelivered records. */
        FULL,
        /** The disk or the file failed, or the journal is closed. */
        DISK,
        /** One operation is impossible; others are not concerned. */
        OPERATION
    }

    static Failure of(SQLException e) {
        Kind kind = switch (e.getErrorCode() & PRIMARY_CODE) {
            case FULL_CODE -> Kind.FULL;
            case TOO_BIG_CODE, CONSTRAINT_CODE, MISMATCH_CODE, RANGE_CODE -> Kind.OPERATION;
            default -> Kind.DISK;
        };
        return new Failure(kind, String.valueOf(e.getMessage()));
    }
}
