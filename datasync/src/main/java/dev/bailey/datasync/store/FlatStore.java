package dev.bailey.datasync.store;

import java.util.List;
import java.util.Optional;

/**
 * The quick way into a store whose documents are rows of single values: a stream of rows out, many rows at a time in. It is a
 * short cut and nothing else: what it leaves out, or a store refuses, is for {@link EntityStore} and its reports.
 */
public interface FlatStore {

    /** Names of the documents' fields, sorted; empty when some field may hold more than a single value. */
    Optional<List<String>> flatFields() throws StoreException;

    /** The rows of a range in key order, read as they are taken; the row is the same object each time. */
    void rows(KeyRange range, Taking each) throws StoreException;

    /**
     * Takes rows in; empty when this store has no quick way in.
     *
     * @param fresh whether the store is expected to hold none of the rows yet; only a matter of speed
     */
    Optional<FlatWriter> writer(boolean fresh, BeforeWrite before) throws StoreException;

    /** Told each row. */
    @FunctionalInterface
    interface Taking {
        void row(FlatRow row) throws StoreException;
    }
}
