package dev.bailey.journal.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A copy of the write-ahead log into the file. */
enum Checkpoint {
    /** Copies what it can without waiting for anybody. */
    PASSIVE,
    /** Waits for readers, copies all, and cuts the log to nothing. */
    TRUNCATE;

    /** What a checkpoint found; frames are pages in the log. */
    record Result(boolean busy, long logFrames, long copiedFrames) {
        /** Whether all is copied. */
        boolean isWhole() {
            return !busy && copiedFrames == logFrames;
        }

        long logBytes() {
            return logFrames * Schema.PAGE_BYTES;
        }
    }

    Result run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("pragma wal_checkpoint(" + name() + ")")) {
            if (!result.next()) {
                throw new SQLException("wal_checkpoint answered nothing");
            }
            return new Result(result.getInt(1) != 0, result.getLong(2), result.getLong(3));
        }
    }
}
