package dev.bailey.datasync.backfill;

import java.util.Optional;

/**
 * A part for one worker of the node that runs the backfill.
 *
 * @param before how it stood when it was taken in again; empty where it was not laid out for others
 */
record Turn(Claim claim, Optional<Board.Standing> before) {

    boolean wasLaidOut() {
        return before.isPresent();
    }
}
