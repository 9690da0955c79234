package dev.bailey.journal.group;

import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What is asked of the journal's tables beside its writer: only what is committed is seen. Thread-safe. */
public interface Questions {

    /** Fills the figures. */
    void count(Figures figures);

    /** Every record that must still be carried, found out or looked at by an operator, in order. */
    void undelivered(Consumer<JournalRecord.Head> each);

    /** Whose keys are kept, where several write. */
    default List<String> keyOwners() {
        return List.of();
    }

    Optional<JournalRecord> find(RecordId id);

    List<JournalRecord.Head> list(JournalQuery query);

    List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit);

    List<EntityKey> recentKeys(SliceName slice, Instant since, int limit);

    /** The next rows that compaction may remove: final ones, and those of a gap whose entity has a newer one. */
    Removable removable(long after, long before, int limit);

    /** Rows of one page that compaction may remove, and where the next page begins. */
    record Removable(List<Long> sequences, long lastSeen, boolean more) {}
}
