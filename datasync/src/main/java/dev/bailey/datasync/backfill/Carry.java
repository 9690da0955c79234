package dev.bailey.datasync.backfill;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FlatRow;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings documents to a store in batches, by its quick way in where it has one. For one thread. */
final class Carry {

    private static final int BATCH = 500;

    private final EntityStore to;
    private final Optional<FlatWriter> quick;
    private final BeforeWrite before;
    private final List<Document> waiting = new ArrayList<>();
    private final Set<EntityKey> written = new HashSet<>();
    private long bytes;

    Carry(EntityStore to, Optional<FlatWriter> quick, BeforeWrite before) {
        this.to = to;
        this.quick = quick;
        this.before = before;
    }

    void row(FlatRow row) throws StoreException {
        if (quick.isPresent()) {
            quick.get().add(row);
        } else {
            document(row.document());
        }
    }

    void document(Document document) throws StoreException {
        waiting.add(document);
        bytes += document.bytes();
        if (waiting.size() == BATCH || bytes >= EntityStore.PAGE_BYTES) {
            flush();
        }
    }

    void flush() throws StoreException {
        if (!waiting.isEmpty()) {
            before.mayWrite();
            written.addAll(to.write(waiting).done());
            waiting.clear();
            bytes = 0;
        }
        if (quick.isPresent()) {
            quick.get().flush();
        }
    }

    /** What stands at the store now, by this; the caller's own from now on. */
    Set<EntityKey> written() {
        if (quick.isEmpty()) {
            return written;
        }
        Set<EntityKey> all = quick.get().written();
        all.addAll(written);
        return all;
    }
}
