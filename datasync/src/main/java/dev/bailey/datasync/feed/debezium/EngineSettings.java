package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.LogTables;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the engine is to read, whichever database's log it is. */
final class EngineSettings {

    private EngineSettings() {}

    /**
     * @param name of the engine, and of what it keeps
     * @param tables of which the key columns are read
     */
    static Properties of(String name, String connector, JdbcAddress at, List<LogTable> tables) {
        Properties settings = new Properties();
        settings.setProperty("name", name);
        settings.setProperty("connector.class", connector);
        settings.setProperty("topic.prefix", "bailey");
        settings.setProperty("database.hostname", at.host());
        settings.setProperty("database.port", Integer.toString(at.port()));
        settings.setProperty("database.user", at.user());
        settings.setProperty("database.password", at.password());
        settings.setProperty("snapshot.mode", "no_data");
        // No other value becomes a part of any record.
        settings.setProperty(
                "column.include.list",
                list(tables.stream().flatMap(table -> table.key().stream().map(column -> table + "." + column))));
        settings.setProperty("skipped.operations", "none");
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("decimal.handling.mode", "string");
        settings.setProperty("max.batch.size", "1000");
        settings.setProperty("max.queue.size", "4000");
        settings.setProperty("poll.interval.ms", "50");
        settings.setProperty("errors.max.retries", "0"); // the runner tries again, and tells
        settings.setProperty("offset.storage", KeptOffsets.class.getName());
        settings.setProperty("offset.flush.interval.ms", "0");
        settings.setProperty("offset.flush.timeout.ms", "10000");
        settings.setProperty("record.processing.threads", "1");
        return settings;
    }

    /** Names as the engine takes them, which are patterns to it. */
    static String list(Stream<String> names) {
        return names.map(Pattern::quote).collect(Collectors.joining(","));
    }

    /** The tables that are to be read; there is nothing to read while something stands in their way. */
    static List<LogTable> found(LogTables tables) throws Unavailable {
        return switch (tables) {
            case LogTables.Found(List<LogTable> found) -> found;
            case LogTables.Obstacle(String what) -> throw new Unavailable(what);
        };
    }
}
