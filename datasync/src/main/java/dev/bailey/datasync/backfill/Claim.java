package dev.bailey.datasync.backfill;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A part of the keys that somebody is copying.
 *
 * @param term tells this claim from every earlier one of the same part: what an earlier claim finishes is not counted
 * @param until when another may take the part, whatever became of who had it
 */
record Claim(Optional<String> after, Optional<String> upTo, long term, Instant until) {

    KeyRange range() {
        return new KeyRange(after.map(EntityKey::new), upTo.map(EntityKey::new));
    }

    boolean isFree(Instant now) {
        return !until.isAfter(now);
    }
}
