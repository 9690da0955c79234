package dev.bailey.model.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What becomes of an entity whose copy at the follower is not what replication put there. */
public enum ConflictPolicy {
    /** The authority's state is written over it. */
    AUTHORITY,
    /** The higher version stays where it is; a follower that holds it is reported. */
    VERSION,
    /** The higher version is carried to the other side, be it the authority. */
    NEWEST,
    /** Nothing is written until a person has decided. */
    PARK;

    static ConflictPolicy usual(Optional<String> version) {
        return version.isPresent() ? VERSION : AUTHORITY;
    }

    static Map<String, ConflictPolicy> words() {
        Map<String, ConflictPolicy> words = new LinkedHashMap<>();
        words.put("authority", AUTHORITY);
        words.put("version", VERSION);
        words.put("newest", NEWEST);
        words.put("park", PARK);
        return words;
    }
}
