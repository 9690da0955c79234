package dev.bailey.model.spec;

import java.util.Locale;

/** Where a route finds its entity key, or a part of it: {@code path:id}, {@code header:X-Account}, {@code response:/id} … */
public record EntitySource(Kind kind, String name) {

    /** The prefix in the file is the lower-case name. */
    public enum Kind {
        PATH,
        QUERY,
        HEADER,
        COOKIE,
        JWT,
        BODY,
        RESPONSE,
        CONST
    }

    /** As the file writes it. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
    }
}
