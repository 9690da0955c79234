package dev.bailey.app.wiring;

import dev.bailey.control.api.VersionViews;
import dev.bailey.control.api.VersionsView;
import dev.bailey.control.api.VersionsView.Consumer;
import dev.bailey.control.api.VersionsView.Version;
import dev.bailey.gateway.proxy.VersionUse.Use;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.VersionSpec;
import dev.bailey.model.spec.VersionSpec.Mark;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the file says of versions, with what the gateway counted. */
record VersionsAdapter(Supplier<MigrationSpec> spec, Function<SliceName, List<Use>> used, Instant since)
        implements VersionViews {

    @Override
    public Optional<VersionsView> versions(String slice) {
        return spec.get().slices().stream()
                .filter(each -> each.name().value().equals(slice))
                .findFirst()
                .map(this::view);
    }

    private VersionsView view(SliceSpec slice) {
        List<Use> uses = used.apply(slice.name());
        List<Version> versions = slice.versions().stream()
                .map(version -> version(
                        version,
                        uses.stream()
                                .filter(use -> use.version().equals(version.name()))
                                .toList()))
                .toList();
        return new VersionsView(slice.name().value(), since, versions, message(versions));
    }

    private static Version version(VersionSpec version, List<Use> uses) {
        return new Version(
                version.name(),
                told(version.mark()),
                version.deprecated(),
                version.sunset(),
                version.link().map(URI::toString),
                uses.stream().mapToLong(Use::requests).sum(),
                uses.stream()
                        .map(use -> new Consumer(use.consumer(), use.requests(), use.last()))
                        .toList());
    }

    private static String told(Mark mark) {
        return switch (mark) {
            case Mark.Path(String prefix) -> "path " + prefix;
            case Mark.Header(String name, String value) -> "header " + name + "=" + value;
            case Mark.Query(String name, String value) -> "query " + name + "=" + value;
        };
    }

    private static String message(List<Version> versions) {
        if (versions.isEmpty()) {
            return "the slice declares no versions";
        }
        List<Version> ending = versions.stream()
                .filter(version ->
                        version.deprecated().isPresent() || version.sunset().isPresent())
                .toList();
        if (ending.isEmpty()) {
            return "no version is deprecated";
        }
        return ending.stream().map(VersionsAdapter::use).collect(Collectors.joining("; "));
    }

    private static String use(Version version) {
        int consumers = version.consumers().size();
        String end =
                version.sunset().map(day -> ", which goes away on " + day + ",").orElse("");
        return version.name()
                + end
                + (version.requests() == 0
                        ? " was not used"
                        : " has " + version.requests() + (version.requests() == 1 ? " request" : " requests") + " of "
                                + consumers + (consumers == 1 ? " consumer" : " consumers"));
    }
}
