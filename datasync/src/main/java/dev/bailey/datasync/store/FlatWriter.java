package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.Set;

/**
 * Puts rows into a store in large batches: by primary key alone, and never over a newer version, as
 * {@link EntityStore#write} does. Rows the store will not have are left out, for that method to say why. For one thread.
 */
public interface FlatWriter {

    /** Takes a row; writes when enough have come together. */
    void add(FlatRow row) throws StoreException;

    /** Writes what is left. */
    void flush() throws StoreException;

    /** Keys of the rows that stand in the store now, so far; the caller may keep the set and change it when nothing more is added. */
    Set<EntityKey> written();
}
