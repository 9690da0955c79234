package dev.bailey.datasync;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.route.EntityKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A real store at which something happens right after each of its first reads. */
record Interfering(EntityStore store, AtomicInteger left, Runnable happens) implements EntityStore {

    Interfering(EntityStore store, int times, Runnable happens) {
        this(store, new AtomicInteger(times), happens);
    }

    @Override
    public Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException {
        Map<EntityKey, Document> found = store.read(keys);
        if (left.getAndDecrement() > 0) {
            happens.run();
        }
        return found;
    }

    @Override
    public List<Document> scan(KeyRange range, int limit) throws StoreException {
        List<Document> found = store.scan(range, limit);
        if (left.getAndDecrement() > 0) {
            happens.run();
        }
        return found;
    }

    @Override
    public Optional<KeyKind> keyKind() throws StoreException {
        return store.keyKind();
    }

    @Override
    public WriteReport write(List<Document> documents) throws StoreException {
        return store.write(documents);
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) throws StoreException {
        return store.delete(keys);
    }

    @Override
    public List<StoreProblem> check() {
        return store.check();
    }

    @Override
    public List<String> fields() throws StoreException {
        return store.fields();
    }

    @Override
    public long count(KeyRange range) throws StoreException {
        return store.count(range);
    }

    @Override
    public Optional<EntityKey> last() throws StoreException {
        return store.last();
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) throws StoreException {
        return store.nth(range, position);
    }

    @Override
    public void close() {
        store.close();
    }
}
