package dev.bailey.compare;

import dev.bailey.compare.Signature.Kind;
import dev.bailey.model.spec.CompareSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Holds a shadow answer against the served one under a slice's rules: status, headers that count, then the body by media type.
 * Pure and thread-safe.
 */
public final class Comparer {

    /** Differences kept of one pair; a pair that differs everywhere says no more with a thousand of them. */
    static final int MAX_DIFFERENCES = 100;

    private final Rules rules;
    private final Redactor redactor;

    public Comparer(CompareSpec spec) {
        this.rules = new Rules(spec);
        this.redactor = new Redactor(rules);
    }

    /**
     * Compares one pair.
     *
     * @param route label of the route, part of every signature
     * @param today the day accepted differences are held against
     * @return match, accepted or difference; whether a difference is noise or lag is for {@link #settle} to say
     */
    public Comparison compare(String route, Answer served, Answer shadow, LocalDate today) {
        Findings findings = new Findings(route);
        if (served.status() != shadow.status()) {
            findings.add(
                    "",
                    Kind.STATUS,
                    served.status() + "→" + shadow.status(),
                    "" + served.status(),
                    "" + shadow.status());
        } else {
            compareHeaders(served, shadow, findings);
            compareBodies(served, shadow, findings);
        }
        List<Difference> all = findings.found();
        if (all.isEmpty()) {
            return new Comparison.Match();
        }
        List<Difference> open = all.stream()
                .filter(found -> !rules.accepts(found.signature(), today))
                .toList();
        return open.isEmpty() ? new Comparison.Accepted(all) : new Comparison.Difference(open);
    }

    /**
     * Looks at a difference again before it is believed.
     *
     * @param first what the pair said
     * @param writeUnderWay whether a write of the entity was undelivered at any time since the request came
     * @param legacyAgain legacy's first answer held against a second one of its own; empty when it was not asked again
     */
    public static Comparison settle(Comparison first, boolean writeUnderWay, Optional<Comparison> legacyAgain) {
        if (!(first instanceof Comparison.Difference)) {
            return first;
        }
        if (writeUnderWay) {
            return new Comparison.Lag();
        }
        boolean disagreesWithItself =
                legacyAgain.map(again -> again instanceof Comparison.Difference).orElse(false);
        return disagreesWithItself ? new Comparison.Noise() : first;
    }

    /** The answer as it may be kept and shown: its body redacted, shortened to a bound. */
    public Signatures.Shown shown(Answer answer, Duration took) {
        return new Signatures.Shown(answer.status(), answer.mediaType(), redactor.shown(answer), took);
    }

    private void compareHeaders(Answer served, Answer shadow, Findings findings) {
        if (served.body().length > 0 && !served.mediaType().equals(shadow.mediaType())) {
            findings.add(
                    "content-type",
                    Kind.MEDIA_TYPE,
                    served.mediaType() + "→" + shadow.mediaType(),
                    served.mediaType(),
                    shadow.mediaType());
        }
        for (String name : new TreeSet<>(rules.headers())) {
            String left = served.headers().getOrDefault(name, "");
            String right = shadow.headers().getOrDefault(name, "");
            if (!left.equals(right)) {
                findings.add(name, Kind.HEADER, "", Redactor.ofHeader(name, left), Redactor.ofHeader(name, right));
            }
        }
    }

    private void compareBodies(Answer served, Answer shadow, Findings findings) {
        if (Arrays.equals(served.body(), shadow.body())) {
            return;
        }
        String type = served.mediaType();
        if (type.equals("application/json") || type.endsWith("+json")) {
            Documents.json(served.body(), shadow.body(), findings)
                    .ifPresent(pair -> new TreeComparison(rules, redactor, findings).compare(pair));
        } else if (type.equals("application/xml") || type.equals("text/xml") || type.endsWith("+xml")) {
            Documents.xml(served.body(), shadow.body(), findings)
                    .ifPresent(pair -> new TreeComparison(rules, redactor, findings).compare(pair));
        } else if (type.equals("application/x-www-form-urlencoded")) {
            new TreeComparison(rules, redactor, findings).compare(Documents.form(served.body(), shadow.body()));
        } else if (type.startsWith("text/")) {
            compareText(served.body(), shadow.body(), findings);
        } else {
            findings.add("", Kind.CHANGED, "bytes", size(served.body()), size(shadow.body()));
        }
    }

    private static void compareText(byte[] served, byte[] shadow, Findings findings) {
        List<String> left = lines(served);
        List<String> right = lines(shadow);
        if (!left.equals(right)) {
            findings.add("", Kind.CHANGED, "text", left.size() + " lines", right.size() + " lines");
        }
    }

    private static List<String> lines(byte[] body) {
        List<String> lines = new ArrayList<>();
        for (String line : new String(body, StandardCharsets.UTF_8).split("\\R", -1)) {
            lines.add(line.stripTrailing());
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }

    private static String size(byte[] body) {
        return body.length + " bytes";
    }
}
