package dev.bailey.journal.sqlite;

import org.jspecify.annotations.Nullable;

/** The journal file cannot be opened or read, or a fence could not be written. Says what to do. */
public final class JournalException extends RuntimeException {

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
