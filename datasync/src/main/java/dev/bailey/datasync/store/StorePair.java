package dev.bailey.datasync.store;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.SliceName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two stores of one slice. Thread-safe as they are.
 *
 * @param hidesKeys whether keys are shown as {@link HiddenKey} says
 */
public record StorePair(SliceName slice, EntityStore legacy, EntityStore modern, boolean hidesKeys) {

    private static final Logger LOG = LoggerFactory.getLogger(StorePair.class);

    /** With keys that anybody may see. */
    public StorePair(SliceName slice, EntityStore legacy, EntityStore modern) {
        this(slice, legacy, modern, false);
    }

    /** A key as it is shown to people. */
    public String shown(EntityKey key) {
        return hidesKeys ? HiddenKey.of(key) : key.value();
    }

    public EntityStore of(Side side) {
        return side == Side.LEGACY ? legacy : modern;
    }

    /**
     * The kind of both sides' keys; {@code TEXT} when both are empty.
     *
     * @throws StoreException when they are of two kinds: nothing may then be held against each other
     */
    public KeyKind keyKind() throws StoreException {
        Optional<KeyKind> ofLegacy = legacy.keyKind();
        Optional<KeyKind> ofModern = modern.keyKind();
        if (ofLegacy.isPresent() && ofModern.isPresent() && !ofLegacy.get().isAs(ofModern.get())) {
            throw new StoreException("slice " + slice + ": keys are "
                    + ofLegacy.get().label() + " at legacy but "
                    + ofModern.get().label() + " at modern (expected one kind); cast the key in one side's `read`");
        }
        return Stream.of(ofLegacy, ofModern)
                .flatMap(Optional::stream)
                .reduce(KeyKind::with)
                .orElse(KeyKind.TEXT);
    }

    /** A walk over all keys of both sides begins. */
    public void begins() {
        legacy.begins();
        modern.begins();
    }

    /** How many documents a side has, for display; 0 where it cannot tell in time. */
    public long total(Side side) {
        try {
            return of(side).count(KeyRange.ALL);
        } catch (StoreException untold) {
            LOG.info("slice {}: {} is not counted: {}", slice, side.label(), untold.getMessage());
            return 0;
        }
    }

    /**
     * How both sides' ranges are held against each other: in a way that every side which computes its digests itself has at
     * hand, the cheapest of these.
     */
    public RowDigest rowDigest() throws StoreException {
        List<Digesting> both = List.of(legacy.digesting(), modern.digesting());
        Set<RowHash> common = EnumSet.allOf(RowHash.class);
        Set<Optional<RecordHash>> records = new HashSet<>();
        for (Digesting digesting : both) {
            if (digesting instanceof Digesting.Computed computed) {
                common.retainAll(computed.hashes());
                records.add(computed.record());
            } else {
                records.add(Optional.empty());
            }
        }
        Optional<RecordHash> record = records.size() == 1 ? records.iterator().next() : Optional.empty();
        return record.isPresent() ? record.get() : Collections.min(common);
    }
}
