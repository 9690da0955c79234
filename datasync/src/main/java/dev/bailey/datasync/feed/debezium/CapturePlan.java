package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.LogTables;
import dev.bailey.datasync.store.sql.MariaLog;
import dev.bailey.datasync.store.sql.PostgresLog;
import dev.bailey.model.spec.FeedSpec.Capture;
import java.util.ArrayList;
import java.util.List;

/** What stands in the way of capturing changes from a database's log, found before a feed begins. Reads only. */
public final class CapturePlan {

    private CapturePlan() {}

    /**
     * @param name for messages
     * @param slot what Bailey is to make is called so
     */
    public static List<String> missing(String name, String slot, Capture spec) throws StoreException {
        List<String> missing = new ArrayList<>();
        try {
            JdbcAddress.of(spec.login());
        } catch (JdbcAddress.Unfit e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        if (spec.login().jdbc().startsWith("jdbc:postgresql:")) {
            try (PostgresLog log = PostgresLog.open(name, spec.login(), slot)) {
                missing.addAll(log.missing(tables(log.tables(spec.tables()), missing)));
            }
        } else {
            try (MariaLog log = MariaLog.open(name, spec.login(), slot)) {
                tables(log.tables(spec.tables()), missing);
                missing.addAll(log.missing());
            }
        }
        return missing;
    }

    private static List<LogTable> tables(LogTables tables, List<String> missing) {
        return switch (tables) {
            case LogTables.Found(List<LogTable> found) -> found;
            case LogTables.Obstacle(String what) -> {
                missing.add(what);
                yield List.of();
            }
        };
    }
}
