package dev.bailey.datasync.feed.debezium;

import java.util.Map;
import java.util.Optional;

/** Where an engine may be begun again so that nothing is passed by. One thread. */
@FunctionalInterface
interface Positions {

    /**
     * What to keep when everything up to a record was applied; empty while nothing new is to be kept.
     *
     * @param offset the record's own
     */
    Optional<Map<String, Object>> behind(Map<String, ?> offset);
}
