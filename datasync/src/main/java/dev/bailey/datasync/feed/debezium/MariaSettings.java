package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.MariaLog;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the engine is to read a binary log. */
final class MariaSettings {

    private static final Set<String> SSL_MODES = Set.of("disable", "trust", "verify-ca", "verify-full");

    private MariaSettings() {}

    static Properties of(String markers, JdbcAddress at, List<LogTable> tables) {
        LogTable marks = new LogTable(markers, at.database(), markers, List.of(MariaLog.MARKER));
        List<LogTable> all = Stream.concat(tables.stream(), Stream.of(marks)).toList();
        Properties settings = new Properties();
        settings.setProperty("name", markers);
        settings.setProperty("connector.class", "io.debezium.connector.mariadb.MariaDbConnector");
        settings.setProperty("topic.prefix", "bailey");
        settings.setProperty("database.hostname", at.host());
        settings.setProperty("database.port", Integer.toString(at.port()));
        settings.setProperty("database.user", at.user());
        settings.setProperty("database.password", at.password());
        settings.setProperty("database.server.id", Integer.toString(server(markers)));
        String ssl = at.option("sslmode").orElse("verify-full");
        if (!SSL_MODES.contains(ssl) || at.option("serversslcert").isPresent()) {
            throw new JdbcAddress.Unfit("the engine reads the binary log with sslMode=disable, trust, verify-ca or"
                    + " verify-full, and with a trustStore instead of a serverSslCert");
        }
        settings.setProperty("database.ssl.mode", ssl);
        at.option("truststore").ifPresent(store -> settings.setProperty("database.ssl.truststore", store));
        at.option("truststorepassword")
                .ifPresent(password -> settings.setProperty("database.ssl.truststore.password", password));
        settings.setProperty("snapshot.mode", "no_data");
        settings.setProperty("snapshot.locking.mode", "none");
        settings.setProperty("table.include.list", list(all.stream().map(LogTable::toString)));
        // No other value becomes a part of any record.
        settings.setProperty(
                "column.include.list",
                list(all.stream().flatMap(table -> table.key().stream().map(column -> table + "." + column))));
        settings.setProperty("include.schema.changes", "true");
        settings.setProperty("schema.history.internal", KeptHistory.class.getName());
        settings.setProperty(KeptHistory.FEED, markers);
        settings.setProperty("schema.history.internal.store.only.captured.tables.ddl", "true");
        settings.setProperty("skipped.operations", "none");
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("decimal.handling.mode", "string");
        settings.setProperty("bigint.unsigned.handling.mode", "precise");
        settings.setProperty("max.batch.size", "1000");
        settings.setProperty("max.queue.size", "4000");
        settings.setProperty("poll.interval.ms", "50");
        settings.setProperty("connect.timeout.ms", "10000");
        settings.setProperty("errors.max.retries", "0"); // the runner tries again, and tells
        settings.setProperty("offset.storage", KeptOffsets.class.getName());
        settings.setProperty("offset.flush.interval.ms", "0");
        settings.setProperty("offset.flush.timeout.ms", "10000");
        settings.setProperty("record.processing.threads", "1");
        return settings;
    }

    /** Which replica it says it is; another reader with the same one is sent away. */
    private static int server(String markers) {
        return 0x4000_0000 | markers.hashCode() & 0x3fff_ffff;
    }

    private static String list(Stream<String> names) {
        return names.map(Pattern::quote).collect(Collectors.joining(","));
    }
}
