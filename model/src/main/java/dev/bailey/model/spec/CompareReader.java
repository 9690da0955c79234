package dev.bailey.model.spec;

import dev.bailey.model.spec.CompareSpec.Accepted;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code compare}: the rules for holding two answers against each other. */
final class CompareReader {

    private static final List<String> EQUALITIES = List.of("null-absent", "integer-decimal");

    private final Fields compare;
    private final LocalDate today;

    CompareReader(Fields compare, LocalDate today) {
        this.compare = compare;
        this.today = today;
    }

    CompareSpec read() {
        Set<String> equal = equalities();
        return new CompareSpec(
                pointers("ignore"),
                byPointer("number", "a tolerance such as 0.005", this::tolerance),
                byPointer("time", Amounts.DURATION, this::duration),
                zone(),
                pointers("unordered"),
                byPointer(
                        "keyed",
                        "the pointer of a field, such as /sku",
                        text -> Optional.of(text).filter(to -> to.startsWith("/"))),
                equal.contains("null-absent"),
                equal.contains("integer-decimal"),
                byPointer("mapped", "the prefix to strip, such as ord-", Optional::of),
                headers(),
                pointers("redact"),
                accepted());
    }

    private Optional<BigDecimal> tolerance(String text) {
        return text.matches("[0-9]{1,12}(\\.[0-9]{1,12})?") ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    private Optional<Duration> duration(String text) {
        return Optional.ofNullable(Amounts.duration(text));
    }

    private List<String> pointers(String key) {
        List<String> pointers = new ArrayList<>();
        List<Located> items = compare.items(key);
        for (int i = 0; i < items.size(); i++) {
            String at = compare.at(key) + "[" + i + "]";
            Located item = items.get(i);
            compare.text(item, at).filter(text -> isPointer(item, at, text)).ifPresent(pointers::add);
        }
        return pointers;
    }

    private boolean isPointer(Located at, String path, String text) {
        if (text.startsWith("/")) {
            return true;
        }
        compare.problems()
                .error(
                        at,
                        path,
                        "'" + Fields.shortened(text) + "' is not a JSON pointer (expected one such as /lines/*/price)",
                        "begin it with a slash: /"
                                + text.replaceFirst("^\\$\\.?", "").replace('.', '/'));
        return false;
    }

    private <T> Map<String, T> byPointer(
            String key, String expected, java.util.function.Function<String, Optional<T>> reading) {
        return compare.map(key, (entry, at) -> {
            if (!entry.key().startsWith("/")) {
                compare.problems()
                        .error(
                                entry,
                                at,
                                "'" + Fields.shortened(entry.key())
                                        + "' is not a JSON pointer (expected one such as /total)",
                                "begin it with a slash: /"
                                        + entry.key()
                                                .replaceFirst("^\\$\\.?", "")
                                                .replace('.', '/'));
                return Optional.empty();
            }
            Optional<String> text = compare.text(entry.value(), at);
            Optional<T> read = text.flatMap(reading);
            if (text.isPresent() && read.isEmpty()) {
                compare.problems()
                        .error(
                                entry.value(),
                                at,
                                "'" + entry.key() + "' is " + Fields.shown(entry.value()) + " (expected " + expected
                                        + ")",
                                "write " + expected);
            }
            return read;
        });
    }

    private Optional<ZoneId> zone() {
        return compare.amount("zone", Optional.<ZoneId>empty(), "a time zone such as Europe/Berlin or UTC", text -> {
            try {
                return Optional.of(ZoneId.of(text));
            } catch (DateTimeException unknown) {
                return null;
            }
        });
    }

    private Set<String> equalities() {
        List<Located> items = compare.items("treatAsEqual");
        List<String> texts = compare.texts("treatAsEqual");
        for (int i = 0; i < items.size(); i++) {
            String at = compare.at("treatAsEqual") + "[" + i + "]";
            Located item = items.get(i);
            compare.text(item, at)
                    .filter(text -> !EQUALITIES.contains(text))
                    .ifPresent(text -> compare.problems()
                            .error(
                                    item,
                                    at,
                                    "'" + Fields.shortened(text) + "' (expected one of " + String.join(", ", EQUALITIES)
                                            + ")",
                                    Nearest.of(text, EQUALITIES)
                                            .map(near -> "did you mean '" + near + "'?")
                                            .orElse("write one of " + String.join(", ", EQUALITIES))));
        }
        return Set.copyOf(texts);
    }

    private Set<String> headers() {
        return compare.texts("headers").stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private List<Accepted> accepted() {
        List<Accepted> accepted = new ArrayList<>();
        List<Located> items = compare.items("accept");
        for (int i = 0; i < items.size(); i++) {
            Fields entry =
                    Fields.of(items.get(i), compare.at("accept") + "[" + i + "]", Shape.ACCEPTED, compare.problems());
            String signature =
                    entry.required("signature", "copy the signature as the console or `bailey diffs` shows it");
            String owner = entry.required("owner", "say who answers for this difference");
            String why = entry.required("why", "say why it is right");
            if (!entry.has("until")) {
                entry.missing("until", "say until which day it is accepted, such as until: 2027-01-31");
            }
            LocalDate until = AmountFields.date(entry, "until", today);
            if (until.isBefore(today)) {
                entry.warning(
                        "until",
                        "this difference was accepted until " + until + " and counts again (today is " + today + ")",
                        "mend the difference, or agree on a new day");
            }
            accepted.add(new Accepted(signature, owner, until, why));
        }
        return accepted;
    }
}
