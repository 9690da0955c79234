package dev.bailey.model.spec;

import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.Located.Entry;
import dev.bailey.model.spec.Located.Scalar;
import dev.bailey.model.spec.Located.Sequence;
import dev.bailey.model.spec.RampSpec.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code cohorts} and {@code ramp} of a slice. */
final class RampReader {

    private static final Map<String, Kind> SOURCES = sources();

    private final Fields slice;
    private final SliceKind kind;
    private final boolean movesWrites;

    /** @param movesWrites whether the slice has writes whose authority moves */
    RampReader(Fields slice, SliceKind kind, boolean movesWrites) {
        this.slice = slice;
        this.kind = kind;
        this.movesWrites = movesWrites;
    }

    private static Map<String, Kind> sources() {
        Map<String, Kind> sources = new LinkedHashMap<>();
        sources.put("header", Kind.HEADER);
        sources.put("jwt", Kind.JWT);
        sources.put("query", Kind.QUERY);
        sources.put("cookie", Kind.COOKIE);
        return sources;
    }

    List<CohortSpec> cohorts() {
        List<CohortSpec> cohorts = new ArrayList<>();
        for (Entry entry : slice.entries("cohorts")) {
            Fields cohort =
                    Fields.of(entry.value(), slice.at("cohorts") + "." + entry.key(), Shape.COHORT, slice.problems());
            if (!entry.key().matches("[A-Za-z][A-Za-z0-9._-]{0,62}")) {
                slice.problems()
                        .error(
                                entry,
                                cohort.path(),
                                "cohort name '" + Fields.shortened(entry.key())
                                        + "' (expected a letter, then letters, digits, '.'," + " '_', '-')",
                                "use a short name such as internal");
            }
            if (cohort.node() instanceof Located.Mapping) {
                cohorts.add(cohort(cohort, entry.key()));
            }
        }
        return cohorts;
    }

    private CohortSpec cohort(Fields cohort, String name) {
        List<String> named = new ArrayList<>(SOURCES.keySet());
        named.add("keys");
        List<String> given = named.stream().filter(cohort::has).toList();
        if (given.size() != 1) {
            slice.problems()
                    .error(
                            cohort.node(),
                            cohort.path(),
                            "cohort '" + name + "' has " + (given.isEmpty() ? "no source" : String.join(" and ", given))
                                    + " (expected one of " + String.join(", ", named) + ")",
                            "write { header: X-Account, in: [acme] }, or { keys: [acme] } for entity keys");
            return new CohortSpec(name, new EntitySource(Kind.CONST, ""), Set.of());
        }
        boolean listed = given.getFirst().equals("keys") && cohort.value("keys") instanceof Sequence;
        if (listed && cohort.has("in")) {
            cohort.error("in", "keys are listed already (expected no 'in')", "delete 'in'");
        }
        String from = listed ? "keys" : "in";
        if (!cohort.has(from)) {
            cohort.missing(from, "list the values that belong, such as in: [acme, globex]");
        }
        Set<String> values = new LinkedHashSet<>(cohort.texts(from));
        if (values.isEmpty() && cohort.value(from) instanceof Sequence) {
            cohort.warning(
                    from, "cohort '" + name + "' is empty, so nobody belongs to it", "list the values that belong");
        }
        if (given.getFirst().equals("keys")) {
            if (!listed) {
                cohort.truth("keys", true);
            }
            return new CohortSpec(name, new EntitySource(Kind.CONST, ""), values);
        }
        String source = cohort.text(given.getFirst()).orElse("?");
        return new CohortSpec(
                name, new EntitySource(SOURCES.getOrDefault(given.getFirst(), Kind.HEADER), source), values);
    }

    RampSpec ramp(List<CohortSpec> cohorts) {
        RampSpec usual = kind == SliceKind.SWITCH
                ? new RampSpec(List.of(new Step.ToShare(Ramp.FULL)), RampSpec.DEFAULTS.dwell())
                : RampSpec.DEFAULTS;
        Optional<Fields> given = slice.fields("ramp", Shape.RAMP);
        if (given.isEmpty()) {
            return usual;
        }
        Fields ramp = given.get();
        List<Step> steps = ramp.has("steps") ? steps(ramp, cohorts) : usual.steps();
        return new RampSpec(steps, AmountFields.any(ramp, "dwell", usual.dwell()));
    }

    private List<Step> steps(Fields ramp, List<CohortSpec> cohorts) {
        List<Step> steps = new ArrayList<>();
        List<Located> items = ramp.items("steps");
        Ramp highest = Ramp.NONE;
        Set<String> seen = new HashSet<>();
        boolean wrong = !(ramp.value("steps") instanceof Sequence);
        for (int i = 0; i < items.size(); i++) {
            String at = ramp.at("steps") + "[" + i + "]";
            Optional<Step> step = step(ramp, items.get(i), at, cohorts);
            switch (step.orElse(null)) {
                case null -> wrong = true;
                case Step.ToShare(Ramp share) -> {
                    if (share.compareTo(highest) <= 0) {
                        ramp.problems()
                                .error(
                                        items.get(i),
                                        at,
                                        "step " + share + " after " + highest + " (expected steps that rise)",
                                        "order the steps, such as [1%, 10%, 50%, 100%]");
                    }
                    highest = share.compareTo(highest) > 0 ? share : highest;
                }
                case Step.ToCohort(String cohort) -> {
                    if (!seen.add(cohort)) {
                        ramp.problems()
                                .error(
                                        items.get(i),
                                        at,
                                        "cohort '" + cohort + "' is a step twice",
                                        "delete one of them");
                    }
                }
            }
            step.ifPresent(steps::add);
        }
        boolean full = !steps.isEmpty() && steps.getLast() instanceof Step.ToShare(Ramp last) && last.isFull();
        if (!full && !wrong) {
            ramp.error(
                    "steps",
                    items.isEmpty()
                            ? "'steps' is empty (expected steps that end with 100%)"
                            : "the last step is not 100%",
                    "end the steps with 100%");
        } else if (kind == SliceKind.SWITCH && steps.size() > 1) {
            ramp.error(
                    "steps",
                    "strategy: switch moves everything in one step (found " + items.size() + " steps)",
                    "write steps: [100%], or leave 'strategy' out");
        }
        return steps;
    }

    private Optional<Step> step(Fields ramp, Located item, String at, List<CohortSpec> cohorts) {
        Optional<String> text = ramp.text(item, at);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String written = text.get();
        Ramp share = AmountFields.ramp(written);
        if (share != null) {
            return Optional.of(new Step.ToShare(share));
        }
        Optional<CohortSpec> cohort =
                cohorts.stream().filter(known -> known.name().equals(written)).findFirst();
        if (cohort.isEmpty()) {
            List<String> names = cohorts.stream().map(CohortSpec::name).toList();
            boolean amount =
                    item instanceof Scalar scalar && scalar.kind() != Located.Kind.TEXT || written.endsWith("%");
            String remedy = amount
                    ? "write it as 10%"
                    : Nearest.of(written, names)
                            .map(near -> "did you mean '" + near + "'?")
                            .orElse("declare the cohort under cohorts:, or write a percentage such as 10%");
            ramp.problems()
                    .error(
                            item,
                            at,
                            amount
                                    ? "step '" + Fields.shortened(written)
                                            + "' (expected 0.01% to 100% in steps of 0.01%)"
                                    : "step '" + Fields.shortened(written)
                                            + "' names no cohort (expected a percentage or one of " + names + ")",
                            remedy);
            return Optional.empty();
        }
        if (movesWrites && cohort.get().source().kind() != Kind.CONST) {
            ramp.problems()
                    .warning(
                            item,
                            at,
                            "cohort '" + written
                                    + "' goes by the request, so it counts for reads only (write authority hangs"
                                    + " on the entity)",
                            "use a cohort of keys: where writes shall move with it");
        }
        return Optional.of(new Step.ToCohort(written));
    }
}
