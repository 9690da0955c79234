package dev.bailey.datasync.store.sql;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Optional;

/** Canonical texts of times in the years 0 to 9999, made by hand: a formatter costs as much as all else of a row. */
final class Times {

    private static final int LONGEST = 30;

    private Times() {}

    /** Empty outside these years. */
    static Optional<String> moment(OffsetDateTime time) {
        return inYears(time.getYear())
                ? text(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), "Z")
                : Optional.empty();
    }

    /** Empty outside these years. */
    static Optional<String> local(LocalDateTime time) {
        return text(time, "");
    }

    private static boolean inYears(int year) {
        return year >= 0 && year <= 9_999;
    }

    private static Optional<String> text(LocalDateTime time, String zone) {
        if (!inYears(time.getYear())) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(LONGEST);
        two(text, time.getYear() / 100);
        two(text, time.getYear() % 100);
        two(text.append('-'), time.getMonthValue());
        two(text.append('-'), time.getDayOfMonth());
        two(text.append('T'), time.getHour());
        two(text.append(':'), time.getMinute());
        two(text.append(':'), time.getSecond());
        int nanos = time.get(ChronoField.NANO_OF_SECOND);
        if (nanos > 0) {
            fraction(text.append('.'), nanos);
        }
        return Optional.of(text.append(zone).toString());
    }

    private static void two(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    private static void fraction(StringBuilder text, int nanos) {
        int rest = nanos;
        for (int unit = 100_000_000; rest > 0; unit /= 10) {
            text.append((char) ('0' + rest / unit));
            rest %= unit;
        }
    }
}
