package dev.bailey.datasync.store;

import org.jspecify.annotations.Nullable;

/**
 * A store could not be reached, failed, or answered what cannot be read. Nothing is known of a write it interrupts. The
 * message names the store and what to do, never a document's values.
 */
public sealed class StoreException extends Exception permits UnreachableException, TooMuchException {

    private final String where;
    private final String what;

    public StoreException(String what) {
        this("", what, null);
    }

    public StoreException(String what, Throwable cause) {
        this("", what, cause);
    }

    /** With the name of the store: what failed is one of its own statements. */
    public StoreException(String where, String what, @Nullable Throwable cause) {
        super(where.isEmpty() ? what : where + ": " + what, cause);
        this.where = where;
        this.what = what;
    }

    /** The same with the store's name, where it does not bear one yet. */
    public final StoreException at(String name) {
        return where.isEmpty() ? new StoreException(name, what, this) : this;
    }

    /** The message without the store's name. */
    public final String what() {
        return what;
    }

    /**
     * A side's {@code read} gives more than one row for a key: nothing it says of that key can be believed.
     *
     * @param key as it is shown
     */
    public static StoreException twice(String key) {
        return new StoreException(
                "key " + key + " is read twice (expected one row a key); mend the `read` of this side");
    }
}
