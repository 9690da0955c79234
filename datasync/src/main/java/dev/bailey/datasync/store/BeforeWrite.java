package dev.bailey.datasync.store;

/** Asked right before every write to a store. Thread-safe. */
@FunctionalInterface
public interface BeforeWrite {

    /** @throws StoreException when nothing may be written */
    void mayWrite() throws StoreException;
}
