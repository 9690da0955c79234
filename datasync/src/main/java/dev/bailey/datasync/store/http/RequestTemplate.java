package dev.bailey.datasync.store.http;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.KeyNames;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A method and a path with names in braces, {@code GET /orders/{key}}, filled in with percent-encoded values. */
record RequestTemplate(String method, String path) {

    static RequestTemplate of(String declared, String defaultMethod) {
        String text = declared.strip();
        int space = text.indexOf(' ');
        return space < 0
                ? new RequestTemplate(defaultMethod, text)
                : new RequestTemplate(
                        text.substring(0, space).toUpperCase(Locale.ROOT),
                        text.substring(space + 1).strip());
    }

    /** What a key puts into the names of a template: the whole by {@code key}, and its parts by their fields. */
    static Map<String, String> values(KeyNames fields, EntityKey key) {
        Map<String, String> values = new HashMap<>();
        List<String> parts = KeyParts.of(key, fields.count()).orElse(List.of());
        for (int i = 0; i < parts.size(); i++) {
            values.put(fields.names().get(i), parts.get(i));
        }
        values.put("key", key.value());
        return values;
    }

    URI at(URI base, Map<String, String> values) {
        String filled = path;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", encoded(value.getValue()));
        }
        String prefix = base.toString();
        while (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        return URI.create(prefix + filled);
    }

    private static String encoded(String value) {
        StringBuilder out = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            boolean unreserved =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0;
            if (unreserved) {
                out.append((char) c);
            } else {
                out.append('%').append(String.format(Locale.ROOT, "%02X", c));
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
