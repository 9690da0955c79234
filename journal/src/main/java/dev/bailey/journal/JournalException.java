package dev.bailey.journal;

import org.jspecify.annotations.Nullable;

/** A journal cannot be opened or read, or a fence could not be written. Says what to do. */
public final class JournalException extends RuntimeException {

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
