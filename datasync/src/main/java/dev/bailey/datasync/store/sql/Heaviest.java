package dev.bailey.datasync.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import tools.jackson.databind.JsonNode;

/** The heaviest row of a result while it is read: where one is heavier than all before it, fewer are fetched at once. */
final class Heaviest {

    /** Of a value that is no text, about. */
    private static final int SHORT = 8;

    private final ResultSet rows;
    private final FetchSize size;
    private long most;

    Heaviest(ResultSet rows, FetchSize size) {
        this.rows = rows;
        this.size = size;
    }

    /** Characters of all texts in a value, and something for all else. */
    static long length(JsonNode value) {
        if (!value.isContainer()) {
            return value.isString() ? value.stringValue().length() : SHORT;
        }
        long length = SHORT;
        for (JsonNode each : value) {
            length += length(each);
        }
        return length;
    }

    /** Returns what it is told. */
    long saw(long length) throws SQLException {
        if (length > most) {
            boolean much = length > 2 * most;
            most = length;
            if (much) {
                size.saw(length);
                rows.setFetchSize(size.rows());
            }
        }
        return length;
    }

    /** The result is read. */
    void end() {
        if (most > 0) {
            size.saw(most);
        }
    }
}
