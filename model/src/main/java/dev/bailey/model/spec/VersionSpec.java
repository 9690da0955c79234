package dev.bailey.model.spec;

import java.net.URI;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A version of a slice's interface. Days begin at midnight UTC.
 *
 * @param mark what tells its requests
 * @param deprecated since when nobody should use it any more, or from when on; for the Deprecation header (RFC 9745)
 * @param sunset when it goes away, never before {@code deprecated}; for the Sunset header (RFC 8594)
 * @param link the guide to its successor, for clients' developers
 */
public record VersionSpec(
        String name, Mark mark, Optional<LocalDate> deprecated, Optional<LocalDate> sunset, Optional<URI> link) {

    public VersionSpec {
        if (deprecated.isPresent() && sunset.isPresent() && sunset.get().isBefore(deprecated.get())) {
            throw new IllegalArgumentException(
                    "sunset " + sunset.get() + " (expected no day before it is deprecated, " + deprecated.get() + ")");
        }
    }

    /** What tells the requests of a version. */
    public sealed interface Mark {

        /** The path is the prefix, or goes on below it; such as {@code /v1}, without a slash at its end. */
        record Path(String prefix) implements Mark {}

        /** A header has that value. */
        record Header(String name, String value) implements Mark {}

        /** A query parameter has that value. */
        record Query(String name, String value) implements Mark {}
    }
}
