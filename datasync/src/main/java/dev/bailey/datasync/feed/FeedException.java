package dev.bailey.datasync.feed;

/** A feed gives nothing now. The message holds no values of rows and no secrets. */
public abstract sealed class FeedException extends Exception {

    private FeedException(String message, Throwable cause) {
        super(message, cause);
    }

    private FeedException(String message) {
        super(message);
    }

    /** Its source cannot be reached or failed: try again later, from where it stood. */
    public static final class Unavailable extends FeedException {
        public Unavailable(String message) {
            super(message);
        }

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What it would give next is gone at the source: changes are lost, and it can only begin anew. */
    public static final class Lost extends FeedException {
        public Lost(String message) {
            super(message);
        }
    }
}
