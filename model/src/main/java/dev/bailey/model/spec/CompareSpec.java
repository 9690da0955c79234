package dev.bailey.model.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules for holding two answers against each other. Paths are JSON pointers; {@code *} is any array element.
 *
 * @param ignore paths not looked at
 * @param number tolerance by path
 * @param time tolerance by path
 * @param zone zone of times written without one
 * @param unordered arrays compared as bags
 * @param keyed arrays of objects matched by the field the inner pointer names
 * @param nullIsAbsent a null equals a missing member
 * @param integerIsDecimal 1 equals 1.0 (and a number written as text is still text)
 * @param mapped paths whose values are ids mapped by stripping these prefixes before comparing
 * @param headers response headers that count (lower case); content-type's media type always does
 * @param redact paths whose values are never kept or shown
 * @param accept differences that are known and allowed
 */
public record CompareSpec(
        List<String> ignore,
        Map<String, BigDecimal> number,
        Map<String, Duration> time,
        Optional<ZoneId> zone,
        List<String> unordered,
        Map<String, String> keyed,
        boolean nullIsAbsent,
        boolean integerIsDecimal,
        Map<String, String> mapped,
        Set<String> headers,
        List<String> redact,
        List<Accepted> accept) {

    public static final CompareSpec DEFAULTS = new CompareSpec(
            List.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            List.of(),
            Map.of(),
            false,
            false,
            Map.of(),
            Set.of(),
            List.of(),
            List.of());

    public CompareSpec {
        ignore = List.copyOf(ignore);
        number = Map.copyOf(number);
        time = Map.copyOf(time);
        unordered = List.copyOf(unordered);
        keyed = Map.copyOf(keyed);
        mapped = Map.copyOf(mapped);
        headers = Set.copyOf(headers);
        redact = List.copyOf(redact);
        accept = List.copyOf(accept);
    }

    /** A difference someone answers for, until a day (inclusive). */
    public record Accepted(String signature, String owner, LocalDate until, String why) {}
}
