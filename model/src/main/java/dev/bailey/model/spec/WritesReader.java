package dev.bailey.model.spec;

import dev.bailey.model.spec.WritesSpec.Ack;
import dev.bailey.model.spec.WritesSpec.Compensation;
import dev.bailey.model.spec.WritesSpec.Idempotency;
import dev.bailey.model.spec.WritesSpec.OnJournalFull;
import dev.bailey.model.spec.WritesSpec.OnReject;
import dev.bailey.model.spec.WritesSpec.Replicate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        String idempotency = writes.text("idempotency").orElse("none");
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
        return new WritesSpec(
                replicate,
                kind,
                kind == Idempotency.HEADER ? idempotency : usual.idempotencyHeader(),
                writes.choice("ack", AmountFields.words(Ack.values()), usual.ack()),
                AmountFields.positive(writes, "ackLimit", usual.ackLimit()),
                onReject,
                writes.choice("onJournalFull", AmountFields.words(OnJournalFull.values()), usual.onJournalFull()),
                compensate);
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
