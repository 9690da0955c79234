package dev.bailey.datasync.store;

import tools.jackson.databind.node.ObjectNode;

/** A way to make 64 bits of a canonical document. Both sides of a comparison must use the same one. */
public sealed interface RowDigest permits RowHash, RecordHash {

    long of(ObjectNode canonical);
}
