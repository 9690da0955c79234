package dev.bailey.model.route;

import dev.bailey.model.spec.EntitySource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values that keys and cohorts come from out of a request. */
final class RequestValues {

    private RequestValues() {}

    /** The value a source names; null when the request does not have it. */
    static @Nullable String read(EntitySource source, RequestFacts facts, Map<String, String> pathValues) {
        String value = switch (source.kind()) {
            case PATH -> pathValues.get(source.name());
            case QUERY -> query(facts, source.name());
            case HEADER -> facts.header(source.name());
            case COOKIE -> cookie(facts, source.name());
            case JWT -> facts.claim(source.name());
            case BODY -> facts.body(source.name());
            case CONST -> source.name();
            case RESPONSE -> null;
        };
        return value == null || value.isEmpty() ? null : value;
    }

    static @Nullable String query(RequestFacts facts, String name) {
        for (String pair : facts.query().split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) {
                return equals < 0 ? "" : decoded(pair.substring(equals + 1));
            }
        }
        return null;
    }

    private static @Nullable String cookie(RequestFacts facts, String name) {
        String header = facts.header("cookie");
        if (header == null) {
            return null;
        }
        for (String pair : header.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                return pair.substring(equals + 1).strip();
            }
        }
        return null;
    }

    private static String decoded(String text) {
        return PathSegments.decoded(text.replace('+', ' '));
    }
}
