package dev.bailey.model.spec;

import java.util.Map;

/**
 * One route of a slice.
 *
 * @param method upper case, or {@code *} for any
 * @param path template: literal segments, {@code {name}} for one segment, {@code **} at the end for any rest
 * @param host value of {@code Host} it needs; empty string for any
 * @param headers headers it needs, with their values
 * @param query query parameters it needs, with their values
 * @param entity where the entity key comes from
 * @param missing what to do when the key is missing
 * @param write whether it writes (default: by method)
 */
public record RouteSpec(
        String method,
        String path,
        String host,
        Map<String, String> headers,
        Map<String, String> query,
        KeySource entity,
        MissingKey missing,
        boolean write) {

    public RouteSpec {
        headers = Map.copyOf(headers);
        query = Map.copyOf(query);
    }

    /** With a key of one part. */
    public RouteSpec(
            String method,
            String path,
            String host,
            Map<String, String> headers,
            Map<String, String> query,
            EntitySource entity,
            MissingKey missing,
            boolean write) {
        this(method, path, host, headers, query, KeySource.of(entity), missing, write);
    }

    /** As signatures and displays name the route: {@code GET /api/orders/{id}}. */
    public String label() {
        return method + " " + path;
    }
}
