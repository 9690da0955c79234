package dev.bailey.datasync;

import dev.bailey.model.route.EntityKey;
import java.util.List;

/** What holding some entities of both stores against each other gave. */
public sealed interface Compared {

    /** The keys that differ; empty when all are equal. */
    record Differing(List<EntityKey> keys) implements Compared {}

    /** A store could not be read: nothing is known. */
    record Unavailable(String reason) implements Compared {}
}
