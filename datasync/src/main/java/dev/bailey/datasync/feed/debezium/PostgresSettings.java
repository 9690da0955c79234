package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.store.sql.LogTable;
import java.util.List;
import java.util.Properties;

/**
 * How the engine is to read a write-ahead log. Which tables it tells of is said by the publication alone: what a list left out
 * would be passed by in silence.
 */
final class PostgresSettings {

    /** What a URL may say of encryption. */
    private static final List<String> SSL =
            List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslfactory");

    private PostgresSettings() {}

    /** @param slot of slot and publication */
    static Properties of(String slot, JdbcAddress at, List<LogTable> tables) {
        Properties settings = EngineSettings.of(slot, "io.debezium.connector.postgresql.PostgresConnector", at, tables);
        settings.setProperty("database.dbname", at.database());
        if (at.option("ssl").filter("true"::equals).isPresent()) {
            settings.setProperty("database.sslmode", "verify-full");
        }
        for (String ssl : SSL) {
            at.option(ssl).ifPresent(value -> settings.setProperty("database." + ssl, value));
        }
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("slot.name", slot);
        settings.setProperty("slot.max.retries", "1");
        settings.setProperty("slot.retry.delay.ms", "1000");
        settings.setProperty("slot.drop.on.stop", "false");
        settings.setProperty("publication.name", slot);
        settings.setProperty("publication.autocreate.mode", "disabled");
        settings.setProperty("message.prefix.include.list", PostgresRecords.MARKERS);
        return settings;
    }
}
