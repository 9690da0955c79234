package dev.bailey.datasync.refresh;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;

/** What the journal knows of writes under way. Thread-safe, cheap, never blocks. Errs on the side of true. */
public interface Pending {

    /** No gateway writes at all: for stores at rest. */
    Pending NONE = new Pending() {
        @Override
        public boolean pending(SliceName slice, EntityKey key) {
            return false;
        }

        @Override
        public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
            return false;
        }
    };

    /** Whether a write to the entity is in flight at its authority, or applied there and not yet delivered (parked included). */
    boolean pending(SliceName slice, EntityKey key);

    /** Whether a write to the entity began, or reached either store, at or after a moment of {@code System.nanoTime}. */
    boolean writtenSince(SliceName slice, EntityKey key, long nano);
}
