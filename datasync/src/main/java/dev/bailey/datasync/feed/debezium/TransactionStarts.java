package dev.bailey.datasync.feed.debezium;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Starts of transactions in a binary log: of the newest that was told of, so that it is told again whole. The engine would
 * count the rows to be left out of it.
 */
final class TransactionStarts implements Positions {

    static final String FILE = "file";
    static final String POSITION = "pos";

    /** Bailey's own, for looking whether the same stands there still. */
    static final String TRANSACTION = "bailey_transaction";

    private static final List<String> COUNTS = List.of("event", "row");

    private @Nullable Object file;
    private @Nullable Object position;

    @Override
    public Optional<Map<String, Object>> behind(SourceRecord record) {
        Struct source = record.value() instanceof Struct value ? RecordReader.struct(value, "source") : null;
        if (source == null || MariaRecords.isOfTheBeginning(source)) {
            return Optional.empty();
        }
        String transaction = RecordReader.text(source, "gtid");
        Map<String, Object> there = new HashMap<>(record.sourceOffset());
        if (transaction.isEmpty() || there.get(FILE) == null || isKept(there)) {
            return Optional.empty();
        }
        file = there.get(FILE);
        position = there.get(POSITION);
        there.keySet().removeAll(COUNTS);
        there.put(TRANSACTION, transaction);
        return Optional.of(there);
    }

    private boolean isKept(Map<String, Object> there) {
        return String.valueOf(there.get(FILE)).equals(String.valueOf(file))
                && String.valueOf(there.get(POSITION)).equals(String.valueOf(position));
    }
}
