package dev.bailey.model.spec;

import java.util.Locale;

/** Where a route finds its entity key, or a part of it: {@code path:id}, {@code header:X-Account}, {@code response:/id} … */
public record EntitySource(Kind kind, String name) {

    /** The prefix in the file is the lower-case name, words parted by hyphens. */
    public enum Kind {
        PATH,
        QUERY,
        HEADER,
        COOKIE,
        JWT,
        BODY,
        RESPONSE,
        RESPONSE_COOKIE,
        CONST;

        /** Whether the side that serves the request makes the value, and tells it in its answer. */
        public boolean isMinted() {
            return this == RESPONSE || this == RESPONSE_COOKIE;
        }

        /** As the file writes it. */
        public String prefix() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** As the file writes it. */
    @Override
    public String toString() {
        return kind.prefix() + ":" + name;
    }
}
