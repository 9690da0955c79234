package dev.bailey.model.spec;

import dev.bailey.model.spec.Located.Mapping;
import dev.bailey.model.spec.WritesSpec.Ack;
import dev.bailey.model.spec.WritesSpec.Compensation;
import dev.bailey.model.spec.WritesSpec.Idempotency;
import dev.bailey.model.spec.WritesSpec.OnJournalFull;
import dev.bailey.model.spec.WritesSpec.OnReject;
import dev.bailey.model.spec.WritesSpec.Replicate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads {@code writes}, and holds it against the slice's routes: whatever is not safe to send again is refused here. */
final class WritesReader {

    private static final Set<String> NATURAL = Set.of("PUT", "DELETE");

    private WritesReader() {}

    static WritesSpec read(Fields slice, Optional<Fields> given, List<ReadRoute> routes) {
        if (given.isEmpty()) {
            return WritesSpec.DEFAULTS;
        }
        Fields writes = given.get();
        WritesSpec usual = WritesSpec.DEFAULTS;
        Replicate replicate = writes.choice("replicate", AmountFields.words(Replicate.values()), usual.replicate());
        OnReject onReject = writes.choice("onReject", AmountFields.words(OnReject.values()), usual.onReject());
        Optional<Fields> asMap = writes.has("idempotency") && writes.placeOf("idempotency") instanceof Mapping
                ? writes.fields("idempotency", Shape.IDEMPOTENCY)
                : Optional.empty();
        Optional<KeptKeysSpec> kept = asMap.flatMap(WritesReader::keptKeys);
        String idempotency = asMap.isEmpty()
                ? writes.text("idempotency").orElse("none")
                : kept.isPresent()
                        ? "none"
                        : asMap.get()
                                .text("header")
                                .filter(name -> name.matches(RouteReader.TOKEN))
                                .orElse("Idempotency-Key");
        Idempotency kind = switch (idempotency) {
            case "none" -> Idempotency.NONE;
            case "natural" -> Idempotency.NATURAL;
            default -> Idempotency.HEADER;
        };
        if (!idempotency.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
            writes.error(
                    "idempotency",
                    "'idempotency' is '" + Fields.shortened(idempotency)
                            + "' (expected a header's name, natural or none)",
                    "write idempotency: Idempotency-Key, when both sides honour that header");
        }
        Optional<Compensation> compensate = writes.text("compensate").flatMap(text -> compensation(writes, text));
        if (onReject == OnReject.COMPENSATE && !writes.has("compensate")) {
            writes.error(
                    "onReject",
                    "onReject: compensate without 'compensate' (expected the request that undoes a write)",
                    "add compensate: DELETE /api/orders/{key}, or write onReject: park");
        }
        safeToRepeat(writes, replicate, kind, routes);
        cookiesCanBeGivenAgain(writes, replicate, routes);
        return new WritesSpec(
                replicate,
                kind,
                kind == Idempotency.HEADER ? idempotency : usual.idempotencyHeader(),
                writes.choice("ack", AmountFields.words(Ack.values()), usual.ack()),
                AmountFields.positive(writes, "ackLimit", usual.ackLimit()),
                onReject,
                writes.choice("onJournalFull", AmountFields.words(OnJournalFull.values()), usual.onJournalFull()),
                compensate,
                kept);
    }

    /** Keys the gateway keeps; empty where the map only names the header that both sides honour. */
    private static Optional<KeptKeysSpec> keptKeys(Fields map) {
        String header = map.required("header", "write header: Idempotency-Key");
        if (map.has("header") && !header.matches(RouteReader.TOKEN)) {
            map.error(
                    "header",
                    "'header' is '" + Fields.shortened(header) + "' (expected a header's name)",
                    "write header: Idempotency-Key");
        }
        boolean gateway = map.choice("by", new TreeMap<>(Map.of("gateway", true, "services", false)), false);
        if (!map.has("by")) {
            map.missing("by", "write by: gateway, or by: services where both sides honour the header");
        }
        Duration keep = AmountFields.positive(map, "keep", KeptKeysSpec.KEEP);
        int most = map.count("most", 1, 10_000_000, KeptKeysSpec.MOST);
        Optional<String> consumer = map.amount(
                "consumer",
                Optional.empty(),
                "header:NAME",
                text -> text.matches("header:" + RouteReader.TOKEN)
                        ? Optional.of(text.substring("header:".length()))
                        : null);
        return gateway ? Optional.of(new KeptKeysSpec(header, keep, most, consumer)) : Optional.empty();
    }

    private static void safeToRepeat(Fields writes, Replicate replicate, Idempotency kind, List<ReadRoute> routes) {
        if (kind == Idempotency.NONE && replicate == Replicate.REPLAY) {
            writes.error(
                    writes.has("idempotency") ? "idempotency" : "replicate",
                    "replicate: replay without idempotency (a write that is sent again could count twice)",
                    "write replicate: refresh, or name the header both sides honour: idempotency: Idempotency-Key");
        }
        if (kind != Idempotency.NATURAL) {
            return;
        }
        for (ReadRoute route : routes) {
            if (route.spec().write() && !NATURAL.contains(route.spec().method())) {
                writes.problems()
                        .error(
                                route.at(),
                                route.path(),
                                "'" + route.spec().label()
                                        + "' is not safe to replay under idempotency: natural (only PUT and"
                                        + " DELETE are)",
                                "write idempotency: Idempotency-Key if both sides honour it, or replicate: refresh with"
                                        + " idempotency: none");
            }
        }
    }

    /** A key goes into a request's body when it is sent again; a cookie that the other side is to hand out goes nowhere. */
    private static void cookiesCanBeGivenAgain(Fields writes, Replicate replicate, List<ReadRoute> routes) {
        for (ReadRoute route : routes) {
            if (replicate == Replicate.REPLAY && route.spec().entity().reads(EntitySource.Kind.RESPONSE_COOKIE)) {
                writes.problems()
                        .error(
                                route.at(),
                                route.path(),
                                "'" + route.spec().label() + "' has entity "
                                        + route.spec().entity()
                                        + " under replicate: replay (the other side would hand out a cookie of its own)",
                                "write replicate: refresh: what stands behind the cookie is read and written");
            }
        }
    }

    private static Optional<Compensation> compensation(Fields writes, String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length == 2 && parts[0].matches("POST|PUT|PATCH|DELETE") && parts[1].matches("/[!-~]*")) {
            return Optional.of(new Compensation(parts[0], parts[1]));
        }
        writes.error(
                "compensate",
                "'compensate' is '" + Fields.shortened(text) + "' (expected a writing method and a path)",
                "write it as DELETE /api/orders/{key}");
        return Optional.empty();
    }
}
