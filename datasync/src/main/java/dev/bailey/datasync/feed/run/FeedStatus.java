package dev.bailey.datasync.feed.run;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a feed stands.
 *
 * @param kind {@code outbox}, …
 * @param since when it came to this state
 * @param message what it does or what keeps it from it
 * @param lag how old the source's oldest change that was not applied can be; absent while idle
 * @param waiting changes at the source, where they can be counted; possibly up to a bound
 * @param logBytes of the source's log that are not let go yet, where it is read from one
 * @param changes taken and applied since the feed was declared
 * @param written of these, how many entities had to be written at the follower
 * @param refused entities the follower would not have
 * @param rogues changes at the follower that Bailey did not make
 * @param lastRogues the newest of them, newest first
 * @param lost how often changes were lost, so that a reconcile was owed
 */
public record FeedStatus(
        SliceName slice,
        String name,
        String kind,
        Side side,
        FeedState state,
        Instant since,
        String message,
        Optional<Duration> lag,
        OptionalLong waiting,
        OptionalLong logBytes,
        long changes,
        long written,
        long refused,
        long rogues,
        List<RogueWrite> lastRogues,
        long lost) {

    public FeedStatus {
        lastRogues = List.copyOf(lastRogues);
    }
}
