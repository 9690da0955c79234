package dev.bailey.datasync.store.sql;

import java.util.List;

/** What the tables of a file are in the database. */
public sealed interface LogTables {

    /** Each of them is one that can be captured with its keys. */
    record Found(List<LogTable> tables) implements LogTables {
        public Found {
            tables = List.copyOf(tables);
        }
    }

    /** What keeps one of them from being captured, and the remedy. */
    record Obstacle(String what) implements LogTables {}
}
