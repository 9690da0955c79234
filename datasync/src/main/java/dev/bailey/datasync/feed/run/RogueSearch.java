package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.Compared;
import dev.bailey.datasync.DataPlane;
import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a change that Bailey carried to the follower from one that somebody else made there. What Bailey carried leaves both
 * sides equal; where they differ, a newer write of the authority may be on its way: through the journal, which is asked, or
 * through the authority's own feeds, which are waited for. What differs even then was made by somebody else. One thread.
 */
final class RogueSearch {

    private static final Logger LOG = LoggerFactory.getLogger(RogueSearch.class);
    private static final int LOOKS = 3;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
    private static final Duration FEEDS_WAIT = Duration.ofSeconds(5);

    private final SliceName slice;
    private final DataPlane data;
    private final FeedPorts ports;
    private final Ledger ledger;
    private final Barrier others;

    /** Waits until the feeds of a side have given all that is committed there now; false when they did not in time. */
    @FunctionalInterface
    interface Barrier {
        boolean await(SliceName slice, Side side, Duration atMost) throws InterruptedException;
    }

    RogueSearch(SliceName slice, DataPlane data, FeedPorts ports, Ledger ledger, Barrier others) {
        this.slice = slice;
        this.data = data;
        this.ports = ports;
        this.ledger = ledger;
        this.others = others;
    }

    /** Looks at entities that changed at the follower, tells of those that somebody else changed, and puts these right. */
    void look(Side authority, Map<EntityKey, Change> changes) throws Unavailable, InterruptedException {
        long begun = ports.nanoTime().getAsLong();
        List<EntityKey> suspects = differing(changes.keySet());
        if (suspects.isEmpty() || !others.await(slice, authority, FEEDS_WAIT)) {
            return; // the refresh that follows makes them equal all the same
        }
        for (int look = 1; look <= LOOKS && !suspects.isEmpty(); look++) {
            suspects = differing(quiet(suspects, begun));
            if (look < LOOKS && !suspects.isEmpty()) {
                ports.pause().of(BETWEEN_LOOKS);
            }
        }
        for (EntityKey key : quiet(suspects, begun)) {
            if (ports.authority().of(slice, key) == authority) {
                mend(authority, key, changes);
            }
        }
    }

    private void mend(Side authority, EntityKey key, Map<EntityKey, Change> changes) throws Unavailable {
        boolean written =
                data.refresh(slice, authority, List.of(key)) instanceof Refreshed.Done done && done.changed() > 0;
        if (!written) {
            return; // whoever refreshes it next says why it cannot be
        }
        Change change = changes.get(key);
        if (change == null) {
            return;
        }
        RogueWrite write = new RogueWrite(
                key.value(), ports.clock().instant(), change.table(), change.transaction(), change.at(), change.by());
        ledger.rogue(write);
        ports.rogues().mended(slice, write);
        LOG.warn(
                "{}: somebody changed entity {} at {}, which does not own it: table {}, transaction {}, at {}, by {};"
                        + " the state of {} was put back, find out who writes there",
                ledger.where(),
                data.shown(slice, key),
                authority.other().label(),
                change.table().orElse("unknown"),
                change.transaction().orElse("unknown"),
                change.at().map(Object::toString).orElse("unknown"),
                change.by().orElse("unknown"),
                authority.label());
    }

    private List<EntityKey> quiet(Collection<EntityKey> keys, long since) {
        return keys.stream()
                .filter(key -> !ports.pending().pending(slice, key)
                        && !ports.pending().writtenSince(slice, key, since - TimeUnit.SECONDS.toNanos(1)))
                .toList();
    }

    private List<EntityKey> differing(Collection<EntityKey> keys) throws Unavailable {
        if (keys.isEmpty()) {
            return List.of();
        }
        return switch (data.compare(slice, List.copyOf(keys))) {
            case Compared.Differing differing -> differing.keys();
            case Compared.Unavailable unavailable -> throw new Unavailable(unavailable.reason());
        };
    }
}
