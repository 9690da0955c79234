package dev.bailey.model.spec;

import dev.bailey.model.phase.Ramp;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The amounts a map of the file holds, with their bounds and how they are told. */
final class AmountFields {

    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private AmountFields() {}

    /** A duration above zero. */
    static Duration positive(Fields fields, String key, Duration otherwise) {
        return fields.amount(key, otherwise, Amounts.DURATION + ", at least 1ms and at most 3650d", text -> {
            Duration read = Amounts.duration(text);
            return read == null || read.isZero() || read.compareTo(LONGEST) > 0 ? null : read;
        });
    }

    /** A duration that may be zero. */
    static Duration any(Fields fields, String key, Duration otherwise) {
        return fields.amount(key, otherwise, Amounts.DURATION + ", at most 3650d", text -> {
            Duration read = Amounts.duration(text);
            return read == null || read.compareTo(LONGEST) > 0 ? null : read;
        });
    }

    /** A share of 0 % to 100 % as a fraction. */
    static double fraction(Fields fields, String key, double otherwise) {
        return fields.amount(key, otherwise, Amounts.PERCENT + ", from 0% to 100%", text -> {
            BigDecimal percent = Amounts.percent(text);
            return percent == null || percent.compareTo(HUNDRED) > 0
                    ? null
                    : (Double) percent.movePointLeft(2).doubleValue();
        });
    }

    static int wholePercent(Fields fields, String key, int otherwise) {
        return fields.amount(key, otherwise, "a whole percentage from 1% to 100%", text -> {
            BigDecimal percent = Amounts.percent(text);
            return percent == null || percent.stripTrailingZeros().scale() > 0 || !within(percent, 1, 100)
                    ? null
                    : (Integer) percent.intValueExact();
        });
    }

    static Ramp share(Fields fields, String key, Ramp otherwise) {
        return fields.amount(
                key, otherwise, Amounts.PERCENT + ", from 0% to 100% in steps of 0.01%", AmountFields::ramp);
    }

    /** A share in steps of 0.01 %; null where the text is none. */
    static @Nullable Ramp ramp(String text) {
        BigDecimal percent = Amounts.percent(text);
        if (percent == null
                || !within(percent, 0, 100)
                || percent.stripTrailingZeros().scale() > 2) {
            return null;
        }
        return new Ramp(percent.movePointRight(2).intValueExact());
    }

    static double multiple(Fields fields, String key, double otherwise) {
        return fields.amount(key, otherwise, Amounts.MULTIPLE + ", at least 1x", text -> {
            BigDecimal read = Amounts.multiple(text);
            return read == null || read.compareTo(BigDecimal.ONE) < 0 ? null : (Double) read.doubleValue();
        });
    }

    static int bytes(Fields fields, String key, int most, int otherwise) {
        return bytes(fields, key, 0, most, otherwise);
    }

    static int bytes(Fields fields, String key, int least, int most, int otherwise) {
        String expected = Amounts.SIZE + (least == 0 ? "" : ", at least " + Amounts.size(least)) + ", at most "
                + Amounts.size(most);
        return fields.amount(key, otherwise, expected, text -> {
            Long read = Amounts.size(text);
            return read == null || read < least || read > most ? null : (Integer) read.intValue();
        });
    }

    static LocalDate date(Fields fields, String key, LocalDate otherwise) {
        return fields.amount(key, otherwise, "a day such as 2027-03-31", text -> {
            try {
                return text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") ? LocalDate.parse(text) : null;
            } catch (DateTimeException noSuchDay) {
                return null;
            }
        });
    }

    /** The words of an enum as the file writes them: lower case, with hyphens. */
    static <E extends Enum<E>> Map<String, E> words(E[] constants) {
        Map<String, E> words = new java.util.LinkedHashMap<>();
        for (E constant : constants) {
            words.put(constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), constant);
        }
        return words;
    }

    private static boolean within(BigDecimal number, int least, int most) {
        return number.compareTo(BigDecimal.valueOf(least)) >= 0 && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }
}
