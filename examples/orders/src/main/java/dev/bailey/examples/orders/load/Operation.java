package dev.bailey.examples.orders.load;

import dev.bailey.examples.orders.service.Order;
import org.jspecify.annotations.Nullable;

/**
 * One write as its client saw it.
 *
 * @param ref the operation's id: its idempotency key and the reference in its body
 * @param entity the order's id; 0 for a create whose answer never came
 * @param wanted what it asked for, null for a delete
 * @param turn place among the writes of its client; one client alone writes an order, so this is the order's own sequence
 * @param startNanos before the first attempt
 * @param endNanos when the client knew, or gave up
 */
public record Operation(
        String ref,
        Kind kind,
        long entity,
        @Nullable Order wanted,
        Told told,
        int attempts,
        long turn,
        long startNanos,
        long endNanos) {

    /** What was asked for. */
    public enum Kind {
        PUT,
        POST,
        DELETE
    }

    /** What the client was told in the end. */
    public sealed interface Told {

        /**
         * It was done.
         *
         * @param side who served it by {@code X-Bailey-Side}; empty where the answer does not say
         */
        record Acknowledged(int status, String side) implements Told {}

        /** It was not done, by any attempt. */
        record Rejected(int status) implements Told {}

        /** No attempt's answer says whether it was done. */
        record Unknown(String why) implements Told {}
    }

    public boolean isAcknowledged() {
        return told instanceof Told.Acknowledged;
    }

    public boolean isUnknown() {
        return told instanceof Told.Unknown;
    }
}
