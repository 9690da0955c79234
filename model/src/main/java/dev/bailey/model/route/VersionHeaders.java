package dev.bailey.model.route;

import dev.bailey.model.spec.VersionSpec;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What answers of a version tell its users about its end; all empty for a version without one. Days begin at midnight UTC.
 *
 * @param deprecation {@code Deprecation} (RFC 9745): a structured date, such as {@code @1790812800}
 * @param sunset {@code Sunset} (RFC 8594): an HTTP date, such as {@code Mon, 01 Mar 2027 00:00:00 GMT}
 * @param link {@code Link} (RFC 8288) to the guide, with the relation types of those two RFCs
 */
public record VersionHeaders(Optional<String> deprecation, Optional<String> sunset, Optional<String> link) {

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    public static VersionHeaders of(VersionSpec version) {
        Optional<String> deprecation = version.deprecated()
                .map(day -> "@" + day.atStartOfDay(ZoneOffset.UTC).toEpochSecond());
        Optional<String> sunset = version.sunset().map(LocalDate::atStartOfDay).map(HTTP_DATE::format);
        String relations = (deprecation.isPresent() ? "deprecation" : "")
                + (deprecation.isPresent() && sunset.isPresent() ? " " : "")
                + (sunset.isPresent() ? "sunset" : "");
        Optional<String> link = version.link()
                .filter(_ -> !relations.isEmpty())
                .map(url -> "<" + url.toASCIIString() + ">; rel=\"" + relations + "\"");
        return new VersionHeaders(deprecation, sunset, link);
    }
}
