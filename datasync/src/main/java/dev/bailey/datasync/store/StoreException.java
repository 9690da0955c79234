package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;

/**
 * A store could not be reached, failed, or answered what cannot be read. Nothing is known of a write it interrupts. The
 * message names the store and what to do, never a document's values.
 */
public final class StoreException extends Exception {

    public StoreException(String message) {
        super(message);
    }

    /** A side's {@code read} gives more than one row for a key: nothing it says of that key can be believed. */
    public static StoreException twice(EntityKey key) {
        return new StoreException(
                "key " + key + " is read twice (expected one row a key); mend the `read` of this side");
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
