package dev.bailey.gateway.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a {@code Set-Cookie} field gives a client to keep (RFC 6265, 5.2). */
public final class SetCookie {

    private SetCookie() {}

    /** The value of the last field that names the cookie; empty where it has none, or is taken back by {@code Max-Age}. */
    public static Optional<String> value(List<String> fields, String name) {
        return fields.stream()
                .filter(field -> named(field).equals(name))
                .reduce((_, last) -> last)
                .filter(field -> !isTakenBack(field))
                .map(SetCookie::value)
                .filter(value -> !value.isEmpty());
    }

    private static String named(String field) {
        String pair = pair(field);
        return pair.substring(0, Math.max(0, pair.indexOf('='))).strip();
    }

    private static String value(String field) {
        String pair = pair(field);
        return pair.substring(pair.indexOf('=') + 1).strip();
    }

    private static String pair(String field) {
        int end = field.indexOf(';');
        return end < 0 ? field : field.substring(0, end);
    }

    private static boolean isTakenBack(String field) {
        for (String attribute : field.substring(pair(field).length()).split(";")) {
            String[] parts = attribute.strip().toLowerCase(Locale.ROOT).split("\\s*=\\s*", 2);
            if (parts.length == 2 && parts[0].equals("max-age") && parts[1].matches("0+|-[0-9]+")) {
                return true;
            }
        }
        return false;
    }
}
