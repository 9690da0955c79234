package dev.bailey.datasync.store;

import java.util.Set;

/** Where a store's digests are made. */
public sealed interface Digesting {

    /** In the database itself, by MD5 and perhaps others: only the sums travel. */
    record Computed(Set<RowHash> hashes) implements Digesting {
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
