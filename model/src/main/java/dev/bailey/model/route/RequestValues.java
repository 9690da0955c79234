package dev.bailey.model.route;

import org.jspecify.annotations.Nullable;

/** Reads the values that demands, keys and cohorts come from out of a request, as bytes wherever it gives bytes. */
final class RequestValues {

    private RequestValues() {}

    /** Puts the entity key of a request into a text; false when the request does not have it, or has it empty. */
    static boolean key(CompiledRoute route, PathSpans path, RequestFacts facts, Decision decision, Text into) {
        if (route.keyName < 0) {
            return route.keyParts.length == 0
                    ? read(route.key, route, path, facts, into)
                    : joined(route, path, facts, decision, into);
        }
        path.value(route.keyName, into);
        return !into.isEmpty();
    }

    private static boolean joined(
            CompiledRoute route, PathSpans path, RequestFacts facts, Decision decision, Text into) {
        decision.joined.clear();
        for (ValueSource part : route.keyParts) {
            if (!read(part, route, path, facts, decision.scratch)) {
                return false;
            }
            decision.joined.add(decision.scratch);
        }
        decision.joined.show(into);
        return true;
    }

    /** Puts what a slice's pins go by into a text; false when the request does not have it. */
    static boolean pin(ValueSource by, Decision decision, RequestFacts facts, Text into) {
        return switch (by.kind()) {
            case CONST -> {
                Text key = decision.key();
                into.set(key.array(), key.from(), key.to());
                yield decision.hasKey();
            }
            case HEADER -> header(facts, by.lowerCase(), into) && !into.isEmpty();
            default -> cookie(facts, by.bytes(), into) && !into.isEmpty();
        };
    }

    /** Puts the value a source names into a text; false when the request does not have it, or has it empty. */
    static boolean read(ValueSource source, CompiledRoute route, PathSpans path, RequestFacts facts, Text into) {
        boolean found = switch (source.kind()) {
            case PATH -> {
                int name = route.name(source.name());
                if (name >= 0) {
                    path.value(name, into);
                }
                yield name >= 0;
            }
            case QUERY -> query(facts, source, into);
            case HEADER -> header(facts, source.lowerCase(), into);
            case COOKIE -> cookie(facts, source.bytes(), into);
            case JWT -> text(facts.claim(source.name()), into);
            case BODY -> text(facts.body(source.name()), into);
            case CONST -> text(source.name(), into);
            case RESPONSE, RESPONSE_COOKIE -> false;
        };
        return found && !into.isEmpty();
    }

    private static boolean text(@Nullable String value, Text into) {
        if (value != null) {
            into.set(value);
        }
        return value != null;
    }

    /** The first value of a header; false when absent. */
    static boolean header(RequestFacts facts, String lowerCaseName, Text into) {
        if (!facts.header(lowerCaseName, into)) {
            return false;
        }
        return into.isAscii() || text(facts.header(lowerCaseName), into);
    }

    /** The first value of a query parameter, percent-decoded, empty where it has no equals sign; false when absent. */
    static boolean query(RequestFacts facts, ValueSource name, Text into) {
        facts.query(into);
        if (!into.isAscii()) {
            into.set(facts.query());
        }
        byte[] bytes = into.array();
        int end = into.to();
        for (int from = into.from(); from <= end; ) {
            int to = place(bytes, '&', from, end);
            int equals = place(bytes, '=', from, to);
            into.narrow(from, equals);
            if (isEscaped(into) ? decoded(into).equals(name.name()) : into.shows(name.bytes())) {
                into.narrow(Math.min(equals + 1, to), to);
                if (isEscaped(into)) {
                    into.set(decoded(into));
                }
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    private static boolean isEscaped(Text text) {
        for (int i = text.from(); i < text.to(); i++) {
            if (text.array()[i] == '%' || text.array()[i] == '+') {
                return true;
            }
        }
        return false;
    }

    private static String decoded(Text text) {
        return PathSegments.decoded(text.toString().replace('+', ' '));
    }

    private static boolean cookie(RequestFacts facts, byte[] name, Text into) {
        if (!header(facts, "cookie", into)) {
            return false;
        }
        byte[] bytes = into.array();
        int end = into.to();
        for (int from = into.from(); from <= end; ) {
            int to = place(bytes, ';', from, end);
            int equals = place(bytes, '=', from, to);
            if (equals < to && equals > from) {
                strip(into, from, equals);
                if (into.shows(name)) {
                    strip(into, equals + 1, to);
                    return true;
                }
            }
            from = to + 1;
        }
        return false;
    }

    private static void strip(Text text, int from, int to) {
        int begin = from;
        int end = to;
        while (begin < end && Character.isWhitespace(text.array()[begin])) {
            begin++;
        }
        while (begin < end && Character.isWhitespace(text.array()[end - 1])) {
            end--;
        }
        text.narrow(begin, end);
    }

    /** Where a byte stands first, or the end. */
    private static int place(byte[] bytes, char wanted, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
