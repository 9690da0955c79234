package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.job.Progress;
import io.debezium.config.Configuration;
import io.debezium.document.DocumentReader;
import io.debezium.document.DocumentWriter;
import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistoryException;
import io.debezium.relational.history.SchemaHistoryListener;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the captured tables looked at which position of a binary log, whose rows name no columns; in Bailey's own store. The
 * engine makes it by its name, so where to keep it is found by the feed's.
 */
public final class KeptHistory extends AbstractSchemaHistory {

    /** Setting that names the feed. */
    static final String FEED = CONFIGURATION_FIELD_PREFIX_STRING + "bailey.feed";

    private static final Map<String, KeptOffsets.Kept> PLACES = new ConcurrentHashMap<>();

    private KeptOffsets.@Nullable Kept place;

    static void at(String engine, Progress memory, String key) {
        PLACES.put(engine, new KeptOffsets.Kept(memory, key));
    }

    static void gone(String engine) {
        PLACES.remove(engine);
    }

    @Override
    public void configure(
            Configuration settings,
            HistoryRecordComparator comparator,
            SchemaHistoryListener listener,
            boolean useCatalogBeforeSchema) {
        super.configure(settings, comparator, listener, useCatalogBeforeSchema);
        place = PLACES.get(String.valueOf(settings.getString(FEED)));
    }

    private KeptOffsets.Kept known() {
        KeptOffsets.Kept kept = place;
        if (kept == null) {
            throw new IllegalStateException("no place is known for the schema history of an engine");
        }
        return kept;
    }

    private String text() {
        return known().memory().load(known().key()).orElse("");
    }

    @Override
    protected synchronized void storeRecord(HistoryRecord record) throws SchemaHistoryException {
        try {
            String line = DocumentWriter.defaultWriter().write(record.document());
            known().memory().save(known().key(), text() + line.replace("\n", " ") + "\n");
        } catch (IOException e) {
            throw new SchemaHistoryException("a change of a table cannot be written down", e);
        }
    }

    @Override
    protected synchronized void recoverRecords(Consumer<HistoryRecord> records) {
        text().lines().forEach(line -> {
            try {
                records.accept(new HistoryRecord(DocumentReader.defaultReader().read(line)));
            } catch (IOException e) {
                throw new SchemaHistoryException("a change of a table cannot be read", e);
            }
        });
    }

    @Override
    public boolean exists() {
        return !text().isEmpty();
    }

    @Override
    public boolean storageExists() {
        return true;
    }
}
