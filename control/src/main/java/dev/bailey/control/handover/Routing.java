package dev.bailey.control.handover;

import dev.bailey.model.route.SliceState;

/** Where a new routing record takes effect: the gateway's snapshot is swapped before {@link #publish} returns. Must not block. */
@FunctionalInterface
public interface Routing {

    void publish(SliceState state);
}
