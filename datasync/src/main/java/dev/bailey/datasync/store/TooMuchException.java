package dev.bailey.datasync.store;

/** The documents that were asked for by their keys are larger than {@link EntityStore#PAGE_BYTES} together: ask for fewer. */
public final class TooMuchException extends StoreException {

    public TooMuchException(String where, int keys) {
        super(
                where,
                "the documents of " + keys + " keys are larger than " + (EntityStore.PAGE_BYTES >> 20)
                        + " MiB together (expected less, or one key); read fewer at once",
                null);
    }
}
