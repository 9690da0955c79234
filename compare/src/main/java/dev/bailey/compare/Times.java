package dev.bailey.compare;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads times as services write them: ISO 8601 with or without zone, a space for the T, a date alone, seconds or milliseconds since 1970. */
final class Times {

    private static final long MILLIS_FROM = 100_000_000_000L;

    private Times() {}

    static boolean within(String left, String right, Duration tolerance, ZoneId zone) {
        Optional<Instant> first = read(left, zone);
        Optional<Instant> second = read(right, zone);
        return first.isPresent()
                && second.isPresent()
                && Duration.between(first.get(), second.get()).abs().compareTo(tolerance) <= 0;
    }

    private static Optional<Instant> read(String text, ZoneId zone) {
        try {
            if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
                long number = Long.parseLong(text);
                return Optional.of(
                        number >= MILLIS_FROM ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number));
            }
            String iso = text.length() > 10 && text.charAt(10) == ' '
                    ? text.substring(0, 10) + "T" + text.substring(11)
                    : text;
            if (iso.length() == 10) {
                return Optional.of(LocalDate.parse(iso).atStartOfDay(zone).toInstant());
            }
            var parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
            return Optional.of(
                    parsed instanceof OffsetDateTime offset
                            ? offset.toInstant()
                            : ((LocalDateTime) parsed).atZone(zone).toInstant());
        } catch (DateTimeException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }
}
