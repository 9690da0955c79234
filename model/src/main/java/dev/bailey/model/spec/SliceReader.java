package dev.bailey.model.spec;

import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads one slice and holds its parts against each other. */
final class SliceReader {

    private final Fields slice;
    private final SliceName name;
    private final LocalDate today;
    private final ExpressionCheck expressions;
    private final Map<String, String> claimed;

    /** @param claimed what the routes of the slices before this one match, and where they stand; added to */
    SliceReader(
            Fields slice, SliceName name, LocalDate today, ExpressionCheck expressions, Map<String, String> claimed) {
        this.slice = slice;
        this.name = name;
        this.today = today;
        this.expressions = expressions;
        this.claimed = claimed;
    }

    SliceSpec read() {
        SliceKind kind = kind();
        boolean stateful = kind != SliceKind.STATELESS;
        List<ReadRoute> routes = routes(stateful);
        TranslateSpec usual = slice.fields("translate", Shape.TRANSLATE)
                .map(fields -> new TranslateReader(fields, expressions).read())
                .orElse(TranslateSpec.NONE);
        Optional<Fields> writes = slice.fields("writes", Shape.WRITES);
        Optional<DataSpec> data =
                slice.fields("data", Shape.DATA).map(fields -> new DataReader(fields, expressions).read());
        stateAgrees(stateful);
        data.map(DataSpec::key)
                .filter(key -> stateful && !key.equals(KeyNamesReader.NONE))
                .ifPresent(key -> routes.forEach(route -> partsAgree(route, key)));
        boolean movesWrites =
                stateful && routes.stream().anyMatch(route -> route.spec().write());
        RampReader ramps = new RampReader(slice, kind, movesWrites);
        List<CohortSpec> cohorts = ramps.cohorts();
        Set<String> allow = new HashSet<>(slice.texts("allow"));
        Set<String> deny = new HashSet<>(slice.texts("deny"));
        for (String both : allow) {
            if (deny.contains(both)) {
                slice.warning(
                        "allow",
                        "'" + Fields.shortened(both) + "' is on both lists (deny wins)",
                        "take it off one of them");
            }
        }
        VersionsReader versions = new VersionsReader(slice, today, routes);
        return new SliceSpec(
                name,
                kind,
                routes.stream().map(ReadRoute::spec).toList(),
                TranslateReader.joined(slice, usual, routes),
                agreeing(WritesReader.read(slice, writes, routes), data, movesWrites),
                data,
                slice.fields("shadow", Shape.SHADOW).map(SliceReader::shadow).orElse(ShadowSpec.DEFAULTS),
                slice.fields("compare", Shape.COMPARE)
                        .map(fields -> new CompareReader(fields, today).read())
                        .orElse(CompareSpec.DEFAULTS),
                ramps.ramp(cohorts),
                cohorts,
                allow,
                deny,
                slice.fields("limits", Shape.LIMITS).map(LimitsReader::read).orElse(LimitsSpec.DEFAULTS),
                slice.fields("gates", Shape.GATES).map(GatesReader::read).orElse(GatesSpec.DEFAULTS),
                versions.versions(),
                versions.consumers(),
                slice.fields("pins", Shape.PINS).map(PinsReader::read),
                new FeedsReader(slice, data).read());
    }

    private WritesSpec agreeing(WritesSpec writes, Optional<DataSpec> data, boolean movesWrites) {
        boolean parks =
                data.filter(spec -> spec.conflict() == ConflictPolicy.PARK).isPresent();
        String place = slice.has("writes") ? "writes" : "data";
        // A replayed request is written by the follower's own service: everything there would look like somebody
        // else's.
        if (parks && writes.replicate() == WritesSpec.Replicate.REPLAY) {
            slice.error(
                    place,
                    "conflict: park with replicate: replay (expected replicate: refresh)",
                    "write replicate: refresh, so that the follower's rows are written by Bailey alone");
        }
        // Legacy answers a write and tells the log of it later: a refresh between the two finds both sides equal.
        boolean told =
                data.filter(spec -> spec.legacy() instanceof DataSpec.LogStore).isPresent();
        if (told && movesWrites && writes.replicate() == WritesSpec.Replicate.REFRESH) {
            slice.error(
                    place,
                    "replicate: refresh and no 'legacy' beside 'replay' (expected replicate: replay): a log may be told"
                            + " of a write after the write was answered, and a refresh before that would miss it",
                    "write writes: { replicate: replay, idempotency: … }, or say how legacy's store is reached");
        }
        return writes;
    }

    private SliceKind kind() {
        boolean stateful = slice.choice("state", stateWords(), true);
        boolean inOneStep = slice.choice("strategy", strategyWords(), false);
        if (!stateful && inOneStep) {
            slice.error(
                    "strategy",
                    "strategy: switch on a slice without state (expected one of the two)",
                    "leave 'strategy' out: a slice without state has no writes to switch");
        }
        return stateful ? inOneStep ? SliceKind.SWITCH : SliceKind.STATEFUL : SliceKind.STATELESS;
    }

    private static Map<String, Boolean> stateWords() {
        Map<String, Boolean> words = new java.util.LinkedHashMap<>();
        words.put("stored", true);
        words.put("none", false);
        return words;
    }

    private static Map<String, Boolean> strategyWords() {
        Map<String, Boolean> words = new java.util.LinkedHashMap<>();
        words.put("ramp", false);
        words.put("switch", true);
        return words;
    }

    private void stateAgrees(boolean stateful) {
        if (stateful && !slice.has("data")) {
            slice.missing(
                    "data", "say how the two stores are read, or write state: none when the slice stores nothing");
        }
        for (String key : List.of("data", "writes", "feeds")) {
            if (!stateful && slice.has(key)) {
                slice.unwanted(
                        key,
                        "'" + key + "' in a slice without state (expected none)",
                        "delete it, or delete state: none");
            }
        }
    }

    private List<ReadRoute> routes(boolean stateful) {
        Optional<KeySource> entity = new SourceReader(slice.problems()).key(slice, "entity");
        boolean broken = slice.has("entity") && entity.isEmpty();
        RouteReader reader = new RouteReader(
                slice.problems(),
                broken ? Optional.of(KeySource.of(new EntitySource(EntitySource.Kind.CONST, "?"))) : entity,
                stateful,
                expressions);
        List<ReadRoute> routes = new ArrayList<>();
        List<Located> items = slice.items("routes");
        for (int i = 0; i < items.size(); i++) {
            reader.read(items.get(i), slice.at("routes") + "[" + i + "]").ifPresent(route -> {
                unclaimed(route);
                routes.add(route);
            });
        }
        if (!slice.has("routes")) {
            slice.missing("routes", "list what the slice serves, such as - GET /api/orders/{id}");
        } else if (items.isEmpty() && slice.value("routes") instanceof Located.Sequence) {
            slice.error("routes", "'routes' is empty", "list what the slice serves, such as - GET /api/orders/{id}");
        }
        return routes;
    }

    private void unclaimed(ReadRoute route) {
        RouteSpec spec = route.spec();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(spec.headers());
        String matched = spec.method() + " " + PathTemplate.blank(spec.path()) + " "
                + spec.host().toLowerCase(java.util.Locale.ROOT) + " " + headers + " " + new TreeMap<>(spec.query());
        String before = claimed.putIfAbsent(
                matched, route.path() + " in line " + route.at().line());
        if (before != null) {
            slice.problems()
                    .error(
                            route.at(),
                            route.path(),
                            "route '" + spec.label() + "' matches the same requests as " + before,
                            "delete one of them, or tell them apart by host, headers or query");
        }
    }

    /** A write whose key is of another number of parts writes an entity that no store has. */
    private void partsAgree(ReadRoute route, KeyNames key) {
        KeySource entity = route.spec().entity();
        boolean fixed = entity.isSingle() && entity.reads(EntitySource.Kind.CONST);
        if (route.spec().write() && !fixed && entity.parts().size() != key.count()) {
            slice.problems()
                    .error(
                            route.at(),
                            route.path(),
                            "the entity of '" + route.spec().label() + "' is " + entity + ", "
                                    + (entity.isSingle()
                                            ? "one part"
                                            : entity.parts().size() + " parts")
                                    + " (expected " + key.count() + ", as data's key " + key + " has)",
                            key.isSingle()
                                    ? "name one source, such as entity: path:id"
                                    : "name one source for each part, in the order of the key, such as"
                                            + " entity: [path:tenant, path:number]");
        }
    }

    private static ShadowSpec shadow(Fields in) {
        ShadowSpec usual = ShadowSpec.DEFAULTS;
        return new ShadowSpec(
                AmountFields.share(in, "sample", usual.sample()),
                AmountFields.positive(in, "timeout", usual.timeout()),
                in.count("concurrency", 1, 10_000, usual.concurrency()),
                AmountFields.bytes(in, "maxBody", 64 << 20, usual.maxBodyBytes()));
    }
}
