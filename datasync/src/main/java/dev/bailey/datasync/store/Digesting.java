package dev.bailey.datasync.store;

import java.util.Optional;
import java.util.Set;

/** Where a store's digests are made. */
public sealed interface Digesting {

    /**
     * In the database itself, by MD5 and perhaps others: only the sums travel.
     *
     * @param record what it gives at the least cost, to be used where the other side gives the same
     */
    record Computed(Set<RowHash> hashes, Optional<RecordHash> record) implements Digesting {
        public Computed {
            hashes = Set.copyOf(hashes);
            if (!hashes.contains(RowHash.MD5)) {
                throw new IllegalArgumentException("hashes are " + hashes + " (expected MD5 among them)");
            }
        }
    }

    /** Here, of documents that travel whole; with the reason, such as the column that the database cannot spell canonically. */
    record Streamed(String why) implements Digesting {}
}
