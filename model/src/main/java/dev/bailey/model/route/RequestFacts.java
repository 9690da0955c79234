package dev.bailey.model.route;

import org.jspecify.annotations.Nullable;

/** What routing may look at in a request. Implemented over the wire format by the gateway, and by a record for {@code explain}. */
public interface RequestFacts {

    /** The method, upper case as it came. */
    String method();

    /** The path without the query, percent-encoded as it came. */
    String path();

    /** The query without the question mark; empty when there is none. */
    String query();

    /** The first value of a header, its name in any case; null when absent. */
    @Nullable
    String header(String name);

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
