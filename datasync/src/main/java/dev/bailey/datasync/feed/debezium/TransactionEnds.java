package dev.bailey.datasync.feed.debezium;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Ends of transactions in PostgreSQL's log. Rows that were written at once share a position there, so a position within a
 * transaction would pass by those of them that were not given yet.
 */
final class TransactionEnds implements Positions {

    private final LongConsumer passed;
    private long kept = -1;

    /** @param passed told of an end before the database learns that it may forget what is before it */
    TransactionEnds(LongConsumer passed) {
        this.passed = passed;
    }

    @Override
    public Optional<Map<String, Object>> behind(SourceRecord record) {
        Map<String, ?> offset = record.sourceOffset();
        if (!(offset.get(KeptOffsets.TRANSACTION) instanceof Long end) || end == kept) {
            return Optional.empty();
        }
        passed.accept(end);
        Map<String, Object> there = new HashMap<>(offset);
        KeptOffsets.POSITIONS.forEach(name -> there.computeIfPresent(name, (_, _) -> end));
        // The next transaction's first rows may begin exactly there, and would be taken for the last row told of.
        there.put(KeptOffsets.MESSAGE, KeptOffsets.COMMIT);
        kept = end;
        return Optional.of(there);
    }
}
