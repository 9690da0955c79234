package dev.bailey.datasync.feed.debezium;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;

/** Where an engine may be begun again so that nothing is passed by. One thread. */
@FunctionalInterface
interface Positions {

    /**
     * What to keep when everything up to a record was applied; empty while nothing new is to be kept.
     */
    Optional<Map<String, Object>> behind(SourceRecord record);
}
