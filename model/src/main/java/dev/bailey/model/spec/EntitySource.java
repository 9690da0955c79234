package dev.bailey.model.spec;

/** Where a route finds its entity key: {@code path:id}, {@code header:X-Account}, {@code response:/id} … */
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
}
