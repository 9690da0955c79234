package dev.bailey.control.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A change feed: where it stands and what it did.
 *
 * @param side whose changes it tells
 * @param since when it came to this state
 * @param message what it does, or what keeps it from it
 * @param lagMs how old a change at the source that was not applied can be; absent while idle
 * @param waiting changes at the source, where they can be counted, possibly up to a bound
 * @param logBytes of the source's log between what is applied for good and its end, where it is read from one
 * @param changes taken and applied since the feed was declared
 * @param written entities written at the follower because of them
 * @param refused entities the follower would not have
 * @param rogues changes at the follower that Bailey did not make
 * @param lastRogues newest first
 * @param lost how often changes were lost, so that a reconcile was owed
 */
public record FeedView(
        String slice,
        String name,
        String kind,
        String side,
        State state,
        Instant since,
        String message,
        OptionalLong lagMs,
        OptionalLong waiting,
        OptionalLong logBytes,
        long changes,
        long written,
        long refused,
        long rogues,
        List<Rogue> lastRogues,
        long lost) {

    public FeedView {
        lastRogues = List.copyOf(lastRogues);
    }

    public enum State {
        IDLE,
        CATCHING_UP,
        RUNNING,
        FAILING
    }

    /**
     * A change at the follower that Bailey did not make; the state of the authority was put back.
     *
     * @param transaction of the follower, where the feed tells
     * @param at when it was made, where the feed tells
     * @param by who made it, where the feed tells
     */
    public record Rogue(
            String entity,
            Instant foundAt,
            Optional<String> table,
            Optional<String> transaction,
            Optional<Instant> at,
            Optional<String> by) {}
}
