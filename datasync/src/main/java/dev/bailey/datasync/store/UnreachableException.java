package dev.bailey.datasync.store;

/** There is no connection to a store. The message has its address, the cause as the database gave it, and what to do. */
public final class UnreachableException extends StoreException {

    /** What keeps Bailey out. */
    public enum Why {
        /** Nothing answers at its address. */
        NETWORK,
        /** It does not let this user in. */
        LOGIN,
        /** It answers, and has no database of this name. */
        NO_DATABASE,
        /** It answers, and takes no more connections for now. */
        SERVER,
        /** Bailey's own connections are all in use. */
        BUSY,
        /** There was a connection, and it broke. */
        LOST
    }

    private final Why why;

    public UnreachableException(String where, Why why, String what, Throwable cause) {
        super(where, what, cause);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
