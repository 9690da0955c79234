package dev.bailey.datasync.store;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.util.Optional;

/** The two stores of one slice. Thread-safe as they are. */
public record StorePair(SliceName slice, EntityStore legacy, EntityStore modern) {

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
        if (ofLegacy.isPresent() && ofModern.isPresent() && ofLegacy.get() != ofModern.get()) {
            throw new StoreException("slice " + slice + ": keys are "
                    + ofLegacy.get().label() + " at legacy but "
                    + ofModern.get().label() + " at modern (expected one kind); cast the key in one side's `read`");
        }
        return ofLegacy.or(() -> ofModern).orElse(KeyKind.TEXT);
    }
}
