package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.MariaLog;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/** How the engine is to read a binary log. */
final class MariaSettings {

    private static final Set<String> SSL_MODES = Set.of("disable", "trust", "verify-ca", "verify-full");

    private MariaSettings() {}

    static Properties of(String markers, JdbcAddress at, List<LogTable> tables) {
        LogTable marks = new LogTable(markers, at.database(), markers, List.of(MariaLog.MARKER));
        List<LogTable> all = Stream.concat(tables.stream(), Stream.of(marks)).toList();
        Properties settings = EngineSettings.of(markers, "io.debezium.connector.mariadb.MariaDbConnector", at, all);
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
        settings.setProperty("snapshot.locking.mode", "none");
        settings.setProperty(
                "table.include.list", EngineSettings.list(all.stream().map(LogTable::toString)));
        settings.setProperty("include.schema.changes", "true");
        settings.setProperty("schema.history.internal", KeptHistory.class.getName());
        settings.setProperty(KeptHistory.FEED, markers);
        settings.setProperty("schema.history.internal.store.only.captured.tables.ddl", "true");
        settings.setProperty("bigint.unsigned.handling.mode", "precise");
        settings.setProperty("connect.timeout.ms", "10000");
        return settings;
    }

    /** Which replica it says it is; another reader with the same one is sent away. */
    private static int server(String markers) {
        return 0x4000_0000 | markers.hashCode() & 0x3fff_ffff;
    }
}
