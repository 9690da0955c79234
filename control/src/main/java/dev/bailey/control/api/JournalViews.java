package dev.bailey.control.api;

import dev.bailey.model.write.RecordState;
import java.util.Optional;

/** What the API needs of the journal. Calls block. Thread-safe. */
public interface JournalViews {

    /** Newest first; {@code next} of the page is the sequence the following one ends before. */
    Page<JournalEntryView> list(Filter filter);

    /** One record; never values of headers, never bodies. */
    Optional<JournalRecordView> find(String id);

    /** @param limit 1 to 500 */
    record Filter(
            Optional<String> slice,
            Optional<RecordState> state,
            Optional<String> entity,
            Optional<Long> before,
            int limit) {}
}
