package dev.bailey.model.route;

import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.SliceSpec;
import org.jspecify.annotations.Nullable;

/**
 * What routing may look at in a request. Implemented over the wire format by the gateway, and by a record for {@code explain}.
 *
 * <p>Path, query and headers can be had as strings or as bytes. Whoever holds bytes overrides the methods that take a
 * {@link Text}, so that no string is made on the way of a request. Both must tell the same: where the bytes are plain
 * ASCII they are the string's; where they are not, routing goes by the string.
 */
public interface RequestFacts {

    /** The method, upper case as it came; best one constant for each known method. */
    String method();

    /** The path without the query, percent-encoded as it came. */
    String path();

    /** The query without the question mark; empty when there is none. */
    String query();

    /** The first value of a header, its name in any case; null when absent. */
    @Nullable
    String header(String name);

    /** Puts the bytes of {@link #path()} into a text. */
    default void path(Text into) {
        into.set(path());
    }

    /** Puts the bytes of {@link #query()} into a text. */
    default void query(Text into) {
        into.set(query());
    }

    /** Puts the bytes of a header's first value into a text; false, and the text undefined, when it is absent. */
    default boolean header(String lowerCaseName, Text into) {
        String value = header(lowerCaseName);
        if (value != null) {
            into.set(value);
        }
        return value != null;
    }

    /** Whether the request's body is at hand, so that {@link #body(String)} tells what it holds. */
    default boolean hasBody() {
        return false;
    }

    /**
     * The side that the workflow of this request is pinned to; null when it is not, or no more. Asked only for slices with
     * pins, and only where a pin may count.
     *
     * @param by what the slice's pins go by: the value of the cookie or header, or the entity key; good only during the call
     */
    default @Nullable Side pin(SliceSpec slice, Text by) {
        return null;
    }

    /** A claim of the bearer token, unverified, dots descend; null when absent. Parsed only when a rule asks. */
    default @Nullable String claim(String name) {
        return null;
    }

    /** The value at a JSON pointer of the request body; null when absent or when the body is not at hand. */
    default @Nullable String body(String pointer) {
        return null;
    }

    /** The address of the client, for {@code hash-client}; empty when unknown. */
    default String clientAddress() {
        return "";
    }
}
