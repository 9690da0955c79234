package dev.bailey.datasync.store.sql;

import java.util.List;

/**
 * A table that is captured, as its database calls it: the log tells no other names.
 *
 * @param declared as the file names it
 * @param schema of PostgreSQL, or the database of a MariaDB server
 * @param key columns that hold the parts of the entity key, in their order
 */
public record LogTable(String declared, String schema, String name, List<String> key) {

    public LogTable {
        key = List.copyOf(key);
    }

    /** For messages. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
