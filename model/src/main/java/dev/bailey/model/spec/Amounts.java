package dev.bailey.model.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads amounts as a migration file writes them; null where the text is none. Digits are bounded, so nothing overflows. */
final class Amounts {

    static final String DURATION = "a duration such as 500ms, 2s, 30m, 24h or 7d";
    static final String PERCENT = "a percentage such as 0.01% or 5%";
    static final String MULTIPLE = "a multiple such as 1.10x";
    static final String RATE = "a rate such as 500/s";
    static final String SIZE = "a size such as 64KiB or 1MiB";

    private static final Pattern DURATION_FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern PERCENT_FORM = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,6})?) ?%");
    private static final Pattern MULTIPLE_FORM = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,6})?)x");
    private static final Pattern RATE_FORM = Pattern.compile("([0-9]{1,9})/s");
    private static final Pattern SIZE_FORM = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)");

    private Amounts() {}

    static @Nullable Duration duration(String text) {
        Matcher form = DURATION_FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        long count = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** In percent; at most six digits on either side of the point. A bare zero is zero percent. */
    static @Nullable BigDecimal percent(String text) {
        Matcher form = PERCENT_FORM.matcher(text);
        return form.matches() ? new BigDecimal(form.group(1)) : text.equals("0") ? BigDecimal.ZERO : null;
    }

    static @Nullable BigDecimal multiple(String text) {
        Matcher form = MULTIPLE_FORM.matcher(text);
        return form.matches() ? new BigDecimal(form.group(1)) : null;
    }

    /** Per second. */
    static @Nullable Integer rate(String text) {
        Matcher form = RATE_FORM.matcher(text);
        return form.matches() ? Integer.valueOf(form.group(1)) : null;
    }

    /** In bytes. A bare zero is zero bytes. */
    static @Nullable Long size(String text) {
        Matcher form = SIZE_FORM.matcher(text);
        if (!form.matches()) {
            return text.equals("0") ? Long.valueOf(0) : null;
        }
        int shift = switch (form.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
        return Long.parseLong(form.group(1)) << shift;
    }

    /** As the file writes it, in the largest unit that gives a whole number. */
    static String size(int bytes) {
        return bytes == 0 || bytes % 1024 != 0
                ? bytes + "B"
                : bytes % (1 << 20) != 0 ? (bytes >> 10) + "KiB" : (bytes >> 20) + "MiB";
    }

    /** As the file writes it, in the largest unit that gives a whole number. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 86_400 == 0
                ? seconds / 86_400 + "d"
                : seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds / 60 + "m";
    }
}
