package dev.bailey.journal.group;

/** Why a transaction did not come about. */
public record Failure(Kind kind, String reason) {

    public enum Kind {
        /** No room: on the disk, below the declared size, in the queue, or under the bound of undelivered records. */
        FULL,
        /** The store failed, or the journal is closed. */
        STORE,
        /** One operation is impossible; others are not concerned. */
        OPERATION
    }
}
