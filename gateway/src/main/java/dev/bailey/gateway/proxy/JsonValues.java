package dev.bailey.gateway.proxy;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Single values out of JSON documents, as text. What is not JSON or has no such value gives null. */
final class JsonValues {

    private static final int MAX_TOKEN = 16 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonValues() {}

    /** The value at a pointer such as {@code /order/id}: text, a number or a boolean. */
    static @Nullable String at(byte[] document, String pointer) {
        if (document.length == 0) {
            return null;
        }
        try {
            return text(JSON.readTree(document).at(JsonPointer.compile(pointer)));
        } catch (JacksonException | IllegalArgumentException notJson) {
            return null;
        }
    }

    /**
     * A claim of the bearer token in an {@code Authorization} header: the claim of exactly that name, else dots descend. The
     * signature is not checked, so the value may choose a route and must never grant anything.
     */
    static @Nullable String claim(@Nullable String authorization, String name) {
        if (authorization == null
                || authorization.length() > MAX_TOKEN
                || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        String[] parts = authorization.substring(7).strip().split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            String whole = text(claims.path(name));
            if (whole != null) {
                return whole;
            }
            JsonNode node = claims;
            for (String part : name.split("\\.", -1)) {
                node = node.path(part);
            }
            return text(node);
        } catch (JacksonException | IllegalArgumentException notAToken) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() || node.isNumber() || node.isBoolean() ? node.asString() : null;
    }
}
