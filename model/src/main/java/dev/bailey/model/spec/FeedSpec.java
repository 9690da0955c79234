package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change feed of a slice: tells the keys of entities that were changed past the gateway.
 *
 * @param name within the slice
 * @param side whose changes it tells
 * @param batch keys taken at once
 */
public record FeedSpec(String name, Side side, int batch, Source source) {

    public static final int USUAL_BATCH = 500;
    public static final int MOST_BATCH = 1_000;
    public static final Duration USUAL_EVERY = Duration.ofMillis(500);

    /** Where the keys come from. */
    public sealed interface Source {
        /** What the file calls it. */
        String kind();
    }

    /**
     * A table that the side's own transactions write a row to for each change; what was carried is deleted from it.
     *
     * @param id column that is unique and orders the rows
     * @param key column that holds the entity key, or the columns of its parts in their order
     * @param where condition in SQL for the rows of this slice; empty for all
     * @param by column that tells who made the change; empty when none does
     * @param every how often it is looked at
     */
    public record Outbox(
            Login login,
            String table,
            String id,
            KeyNames key,
            Optional<String> where,
            Optional<String> by,
            Duration every)
            implements Source {
        @Override
        public String kind() {
            return "outbox";
        }
    }

    /**
     * The log of a database, captured.
     *
     * @param tables that belong to the slice's entities, to the columns that hold the parts of the entity key
     * @param patterns of a table's keys of one part: a regular expression whose first group is the entity key as documents spell it
     * @param slot what Bailey makes at the database is called so; empty for a name made of migration, slice and feed
     */
    public record Capture(
            Login login, Map<String, KeyNames> tables, Map<String, String> patterns, Optional<String> slot)
            implements Source {
        public Capture {
            tables = Map.copyOf(tables);
            patterns = Map.copyOf(patterns);
        }

        @Override
        public String kind() {
            return "capture";
        }
    }

    /**
     * A Kafka topic whose records tell keys.
     *
     * @param servers to begin with, such as {@code kafka:9092}
     * @param key JSON pointer to the entity key in a record's value; empty where it is the record's own key
     * @param fromEnd whether it begins at the topic's end instead of at its beginning
     * @param properties of the client, such as {@code security.protocol}
     */
    public record Topic(
            List<String> servers, String topic, Optional<String> key, boolean fromEnd, Map<String, String> properties)
            implements Source {
        public Topic {
            servers = List.copyOf(servers);
            properties = Map.copyOf(properties);
        }

        @Override
        public String kind() {
            return "topic";
        }

        @Override
        public String toString() {
            return "Topic[" + topic + "]";
        }
    }

    /** How a database is reached; user and password may stand in the URL, and are empty then. */
    public record Login(String jdbc, String user, String password) {
        @Override
        public String toString() {
            return "Login[" + jdbc.replaceAll("[?].*", "?…") + "]";
        }
    }
}
