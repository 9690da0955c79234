package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.DataPlane;
import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.FeedSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what a feed gave: each entity that its side owns is refreshed at the other, each that the other side owns is
 * looked at for a writer that should not be there. Applying the same again changes nothing. One thread.
 */
final class Applier {

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
    private static final int ROUNDS = 10;
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(200);
    private static final Duration DEBT_COVERS = Duration.ofMinutes(1);

    private final SliceName slice;
    private final FeedSpec spec;
    private final DataPlane data;
    private final FeedPorts ports;
    private final Ledger ledger;
    private final RogueSearch rogues;
    private Instant owedUntil = Instant.EPOCH;

    Applier(SliceName slice, FeedSpec spec, DataPlane data, FeedPorts ports, Ledger ledger, RogueSearch rogues) {
        this.slice = slice;
        this.spec = spec;
        this.data = data;
        this.ports = ports;
        this.ledger = ledger;
        this.rogues = rogues;
    }

    void apply(List<Change> changes) throws Unavailable, InterruptedException {
        KeyKind kind = keyKind();
        Map<EntityKey, Change> newest = new LinkedHashMap<>();
        for (Change change : changes) {
            if (change.key().flatMap(kind::canonical).isPresent()) {
                newest.put(change.key().get(), change);
            } else if (change.key().isPresent()) {
                ledger.refused();
                owe("feed " + spec.name() + " told of key "
                        + data.shown(slice, change.key().get())
                        + ", which no entity of the slice can have; see which column the feed takes for the key");
            } else {
                ledger.refused();
                owe("a change without an entity key came through feed " + spec.name()
                        + ": nobody knows what it changed");
            }
        }
        Map<Side, Map<EntityKey, Change>> owners = new EnumMap<>(Side.class);
        newest.forEach(
                (key, change) -> owners.computeIfAbsent(ports.authority().of(slice, key), _ -> new LinkedHashMap<>())
                        .put(key, change));
        long written = 0;
        for (Map.Entry<Side, Map<EntityKey, Change>> owned : owners.entrySet()) {
            Side owner = owned.getKey();
            if (owner != spec.side()) {
                rogues.look(owner, owned.getValue());
            }
            written += refresh(kind, owner, owned.getValue().keySet());
        }
        data.changed(slice, List.copyOf(newest.keySet()));
        ledger.applied(changes.size(), written);
    }

    private KeyKind keyKind() throws Unavailable {
        try {
            return data.keyKind(slice);
        } catch (StoreException e) {
            throw new Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Until the follower is equal, or will not have it; how many were written. */
    private long refresh(KeyKind kind, Side authority, Collection<EntityKey> keys)
            throws Unavailable, InterruptedException {
        List<EntityKey> open = new ArrayList<>(keys);
        long written = 0;
        for (int round = 1; !open.isEmpty(); round++) {
            switch (data.refresh(slice, authority, open)) {
                case Refreshed.Done done -> {
                    return written + done.changed();
                }
                case Refreshed.Refused(EntityKey key, String reason) -> {
                    ledger.refused();
                    owe("the " + authority.other().label() + " store refused entity " + data.shown(slice, key)
                            + ", which feed " + spec.name() + " told of: " + reason);
                    // It is refused in the stores' spelling, which may not be the feed's.
                    if (!open.removeIf(
                            each -> each.equals(key) || kind.canonical(each).equals(Optional.of(key)))) {
                        return written; // one that was not asked for: the others are done
                    }
                    round--;
                }
                case Refreshed.ChangedAgain again -> {
                    written += open.size() - again.keys().size();
                    open = new ArrayList<>(again.keys());
                    if (round >= ROUNDS) {
                        owe(open.size() + " entities that feed " + spec.name()
                                + " told of were changed again and again; they may differ");
                        return written;
                    }
                    ports.pause().of(BETWEEN_ROUNDS);
                }
                case Refreshed.Unavailable unavailable -> throw new Unavailable(unavailable.reason());
            }
        }
        return written;
    }

    /** One debt stands for all of the minute after it, so that a store that refuses everything does not fill the book. */
    private void owe(String reason) throws Unavailable {
        Instant now = ports.clock().instant();
        LOG.warn("{}: {}", ledger.where(), reason);
        if (now.isBefore(owedUntil)) {
            return;
        }
        Instant until = now.plus(DEBT_COVERS);
        if (!ports.owing().owe(slice, until, reason)) {
            throw new Unavailable("the debt could not be written down: " + reason);
        }
        owedUntil = until;
    }
}
