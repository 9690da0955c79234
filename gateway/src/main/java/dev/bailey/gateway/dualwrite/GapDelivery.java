package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.EntityKey;

/** How carrying a gap ended, and how many entities were carried by then. What was not carried stays in the gap. */
public sealed interface GapDelivery {

    long entities();

    /** No entity is left in the gap but those written after the last pass began. */
    record Carried(long entities) implements GapDelivery {}

    /** The other side refused an entity (not a matter of time). */
    record Refused(EntityKey key, String reason, long entities) implements GapDelivery {}

    /** A store or the journal could not be reached: try again later. */
    record Unavailable(String reason, long entities) implements GapDelivery {}

    /** It took longer than it may; what was carried by then is. */
    record OutOfTime(long entities) implements GapDelivery {}

    /** New writes kept filling the gap; hold them, then carry the rest. */
    record StillGrowing(long entities) implements GapDelivery {}
}
