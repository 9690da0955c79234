package dev.bailey.compare;

import dev.bailey.model.spec.CompareSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A slice's rules, looked up by normalised path (array indexes replaced by {@code *}). */
final class Rules {

    /** Members whose values are never shown, whatever the file says. */
    private static final Set<String> SECRET = Set.of(
            "password",
            "passwd",
            "secret",
            "token",
            "authorization",
            "apikey",
            "api_key",
            "cookie",
            "card",
            "cardnumber",
            "cvv",
            "iban",
            "ssn",
            "email",
            "phone");

    private final CompareSpec spec;
    private final Set<String> ignored;
    private final Set<String> unordered;
    private final Set<String> redacted;

    Rules(CompareSpec spec) {
        this.spec = spec;
        this.ignored = Set.copyOf(spec.ignore());
        this.unordered = Set.copyOf(spec.unordered());
        this.redacted = new HashSet<>(spec.redact());
    }

    boolean ignores(String path) {
        return ignored.contains(path);
    }

    boolean isUnordered(String path) {
        return unordered.contains(path);
    }

    /** The member that identifies an element of the array at the path; null when it is not keyed. */
    @Nullable
    String keyOf(String path) {
        String pointer = spec.keyed().get(path);
        return pointer == null ? null : pointer.substring(1);
    }

    @Nullable
    BigDecimal numberTolerance(String path) {
        return spec.number().get(path);
    }

    @Nullable
    Duration timeTolerance(String path) {
        return spec.time().get(path);
    }

    ZoneId zone() {
        return spec.zone().orElse(ZoneOffset.UTC);
    }

    /** The prefix that ids at this path carry on one side; null when they are not mapped. */
    @Nullable
    String mappedPrefix(String path) {
        return spec.mapped().get(path);
    }

    boolean nullIsAbsent() {
        return spec.nullIsAbsent();
    }

    boolean integerIsDecimal() {
        return spec.integerIsDecimal();
    }

    Set<String> headers() {
        return spec.headers();
    }

    boolean redacts(String path) {
        if (redacted.contains(path)) {
            return true;
        }
        String member = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return SECRET.contains(member) || isBelowRedacted(path);
    }

    boolean accepts(Signature signature, LocalDate today) {
        for (CompareSpec.Accepted accepted : spec.accept()) {
            if (accepted.signature().equals(signature.text()) && !today.isAfter(accepted.until())) {
                return true;
            }
        }
        return false;
    }

    private boolean isBelowRedacted(String path) {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (redacted.contains(path.substring(0, slash))) {
                return true;
            }
        }
        return false;
    }
}
