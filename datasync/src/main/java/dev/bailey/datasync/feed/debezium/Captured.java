package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Change;
import java.util.List;
import java.util.Optional;

/**
 * What one record of the engine says.
 *
 * @param changes of entities
 * @param stranger what was told of though nobody declared it: then something was told of that is not understood
 */
record Captured(List<Change> changes, Optional<String> marker, Optional<String> stranger) {

    static Captured changes(List<Change> changes) {
        return new Captured(changes, Optional.empty(), Optional.empty());
    }

    static Captured marker(String marker) {
        return new Captured(List.of(), Optional.of(marker), Optional.empty());
    }

    static Captured stranger(String what) {
        return new Captured(List.of(), Optional.empty(), Optional.of(what));
    }
}
