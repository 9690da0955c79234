package dev.bailey.datasync.store;

/**
 * A store could not be reached, failed, or answered what cannot be read. Nothing is known of a write it interrupts. The
 * message names the store and what to do, never a document's values.
 */
public final class StoreException extends Exception {

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
