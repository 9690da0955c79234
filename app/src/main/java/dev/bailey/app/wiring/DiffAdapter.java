package dev.bailey.app.wiring;

import dev.bailey.compare.Difference;
import dev.bailey.compare.Signatures.Pair;
import dev.bailey.compare.Signatures.Seen;
import dev.bailey.compare.Signatures.Shown;
import dev.bailey.control.api.DiffDetailView;
import dev.bailey.control.api.DiffView;
import dev.bailey.control.api.DiffViews;
import dev.bailey.gateway.shadow.Shadower;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Signatures as the API shows them. */
record DiffAdapter(Supplier<MigrationSpec> spec, Shadower shadower) implements DiffViews {

    private static final double NANOS_PER_MS = 1e6;

    @Override
    public List<DiffView> list(Optional<String> slice) {
        return slices(slice)
                .flatMap(
                        each -> shadower.signatures(each.name()).list().stream().map(seen -> view(each, seen)))
                .sorted(java.util.Comparator.comparingLong(DiffView::count).reversed())
                .toList();
    }

    @Override
    public Optional<DiffDetailView> find(String id) {
        return slices(Optional.empty())
                .flatMap(each -> shadower.signatures(each.name()).find(id).stream()
                        .map(seen -> new DiffDetailView(
                                view(each, seen),
                                seen.pairs().reversed().stream()
                                        .map(DiffAdapter::instance)
                                        .toList())))
                .findFirst();
    }

    @Override
    public Totals totals(String slice) {
        var totals = shadower.totals(new SliceName(slice));
        return new Totals(totals.compared(), totals.lost());
    }

    private Stream<SliceSpec> slices(Optional<String> wanted) {
        return spec.get().slices().stream()
                .filter(slice ->
                        wanted.isEmpty() || wanted.get().equals(slice.name().value()));
    }

    private static DiffView view(SliceSpec slice, Seen seen) {
        Difference example = seen.pairs().getFirst().differences().stream()
                .filter(each -> each.signature().equals(seen.signature()))
                .findFirst()
                .orElseThrow();
        String text = seen.signature().text();
        String route = slice.routes().stream()
                .map(each -> each.label())
                .filter(label -> text.startsWith(label + " "))
                .max(java.util.Comparator.comparingInt(String::length))
                .orElse("");
        return new DiffView(
                seen.signature().id(),
                slice.name().value(),
                text,
                route,
                example.path(),
                example.kind().label(),
                seen.count(),
                seen.first(),
                seen.last(),
                accepted(slice, text));
    }

    private static Optional<String> accepted(SliceSpec slice, String signature) {
        return slice.compare().accept().stream()
                .filter(each -> each.signature().equals(signature))
                .map(each -> each.owner() + " until " + each.until())
                .findFirst();
    }

    private static DiffDetailView.Instance instance(Pair pair) {
        boolean legacyServed = pair.servedBy() == Side.LEGACY;
        return new DiffDetailView.Instance(
                pair.at(),
                pair.method(),
                pair.target(),
                pair.servedBy(),
                answer(legacyServed ? pair.served() : pair.shadow()),
                answer(legacyServed ? pair.shadow() : pair.served()),
                pair.differences().stream()
                        .map(each -> new DiffDetailView.Path(
                                each.path(),
                                each.kind().label(),
                                Optional.of(legacyServed ? each.served() : each.shadow()),
                                Optional.of(legacyServed ? each.shadow() : each.served())))
                        .toList());
    }

    private static DiffDetailView.Answer answer(Shown shown) {
        return new DiffDetailView.Answer(
                shown.status(),
                Optional.of(shown.mediaType()).filter(type -> !type.isEmpty()),
                shown.body(),
                shown.took().toNanos() / NANOS_PER_MS);
    }
}
