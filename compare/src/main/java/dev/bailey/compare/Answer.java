package dev.bailey.compare;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer, in the contract clients speak.
 *
 * @param headers by lower-case name; only those that may count
 */
public record Answer(int status, Map<String, String> headers, byte[] body) {

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** The media type without parameters, lower case; empty when there is none. */
    String mediaType() {
        @Nullable String type = headers.get("content-type");
        if (type == null) {
            return "";
        }
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(java.util.Locale.ROOT);
    }
}
