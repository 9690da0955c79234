package dev.bailey.datasync.feed.run;

import java.time.Instant;
import java.util.Optional;

/**
 * A change at the follower that Bailey did not make: the two sides differed after it, and the authority's state was put back.
 *
 * @param found when it was seen
 * @param transaction of the follower, where its feed tells
 * @param at when it was made, where the feed tells
 * @param by who made it, where the feed tells
 */
public record RogueWrite(
        String key,
        Instant found,
        Optional<String> table,
        Optional<String> transaction,
        Optional<Instant> at,
        Optional<String> by) {}
