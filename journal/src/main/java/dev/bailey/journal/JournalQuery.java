package dev.bailey.journal;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordState;
import java.util.Optional;
import java.util.Set;

/** Which records to list; at most {@code limit} (1 to 1,000), those before a sequence when given. */
public record JournalQuery(
        Optional<SliceName> slice,
        Set<RecordState> states,
        Optional<EntityKey> entity,
        Optional<Long> before,
        int limit) {

    public JournalQuery {
        states = Set.copyOf(states);
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit " + limit + " (expected 1 to 1000)");
        }
    }
}
