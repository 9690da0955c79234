package dev.bailey.model.spec;

import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.Located.Entry;
import dev.bailey.model.spec.VersionSpec.Mark;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code versions} and {@code consumers} of a slice. */
final class VersionsReader {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final List<String> MARKS = List.of("path", "header", "query");
    private static final Mark NONE = new Mark.Path("/?");

    private final Fields slice;
    private final LocalDate today;
    private final List<ReadRoute> routes;

    VersionsReader(Fields slice, LocalDate today, List<ReadRoute> routes) {
        this.slice = slice;
        this.today = today;
        this.routes = routes;
    }

    List<VersionSpec> versions() {
        List<VersionSpec> versions = new ArrayList<>();
        Map<String, String> marked = new HashMap<>();
        for (Entry entry : slice.entries("versions")) {
            Fields version =
                    Fields.of(entry.value(), slice.at("versions") + "." + entry.key(), Shape.VERSION, slice.problems());
            if (!entry.key().matches(NAME)) {
                slice.problems()
                        .error(
                                entry,
                                version.path(),
                                "version name '" + Fields.shortened(entry.key())
                                        + "' (expected letters, digits, '.', '_', '-', at most 63)",
                                "use a short name such as v1");
            }
            if (version.node() instanceof Located.Mapping) {
                VersionSpec read = version(version, entry.key());
                versions.add(read);
                String before = read.mark().equals(NONE) ? null : marked.putIfAbsent(told(read.mark()), entry.key());
                if (before != null) {
                    version.error(
                            MARKS.stream().filter(version::has).findFirst().orElse("path"),
                            "version '" + entry.key() + "' is told by the same as '" + before
                                    + "' (expected a mark of its own)",
                            "change one of them");
                }
            }
        }
        return versions;
    }

    private VersionSpec version(Fields version, String name) {
        Mark mark = mark(version, name);
        Optional<LocalDate> deprecated = day(version, "deprecated");
        Optional<LocalDate> sunset = day(version, "sunset");
        if (deprecated.isPresent() && sunset.isPresent() && sunset.get().isBefore(deprecated.get())) {
            version.error(
                    "sunset",
                    "sunset " + sunset.get() + " is before deprecated " + deprecated.get()
                            + " (expected that day or later)",
                    "give users of the version time: deprecate it first");
            sunset = Optional.empty();
        } else if (sunset.isPresent() && sunset.get().isBefore(today)) {
            version.warning(
                    "sunset",
                    "sunset " + sunset.get() + " has passed (today is " + today + ")",
                    "take the version away, or agree on a new day");
        }
        Optional<URI> link = version.amount(
                "link", Optional.empty(), "an http or https URL such as https://docs.example/v2", text -> {
                    URI url = AddressFields.web(text);
                    return url == null ? null : Optional.of(url);
                });
        return new VersionSpec(name, mark, deprecated, sunset, link);
    }

    /** Equal for marks that tell the same requests. */
    private static String told(Mark mark) {
        return switch (mark) {
            case Mark.Path(String prefix) -> prefix;
            case Mark.Header(String name, String value) -> "header " + name.toLowerCase(Locale.ROOT) + "=" + value;
            case Mark.Query(String name, String value) -> "query " + name + "=" + value;
        };
    }

    private static Optional<LocalDate> day(Fields version, String key) {
        LocalDate day = AmountFields.date(version, key, LocalDate.MIN);
        return day.equals(LocalDate.MIN) ? Optional.empty() : Optional.of(day);
    }

    private Mark mark(Fields version, String name) {
        List<String> given = MARKS.stream().filter(version::has).toList();
        if (given.size() != 1) {
            slice.problems()
                    .error(
                            version.node(),
                            version.path(),
                            "version '" + name + "' has " + (given.isEmpty() ? "no mark" : String.join(" and ", given))
                                    + " (expected one of " + String.join(", ", MARKS) + ")",
                            "write { path: /v1 }, { header: \"Accept-Version=1\" } or { query: \"version=1\" }");
            return NONE;
        }
        return switch (given.getFirst()) {
            case "path" -> path(version, name);
            case "header" ->
                version.amount("header", NONE, "a header's name and value such as Accept-Version=1", text -> {
                    String[] parts = pair(text);
                    return parts == null || !parts[0].matches(RouteReader.TOKEN)
                            ? null
                            : new Mark.Header(parts[0], parts[1]);
                });
            default ->
                version.amount("query", NONE, "a query parameter's name and value such as version=1", text -> {
                    String[] parts = pair(text);
                    return parts == null ? null : new Mark.Query(parts[0], parts[1]);
                });
        };
    }

    /** Name and value of printable letters, parted by the first equals sign; null where there are none. */
    private static String @Nullable [] pair(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? "" : text.substring(0, equals).strip();
        String value = equals < 0 ? "" : text.substring(equals + 1).strip();
        return name.matches("[!-~]+") && value.matches("[ -~]+") ? new String[] {name, value} : null;
    }

    private Mark path(Fields version, String name) {
        Mark mark = version.amount(
                "path", NONE, "the beginning of a path, without a slash at its end, such as /v1", text -> {
                    boolean right = PathTemplate.fault(text).isEmpty()
                            && PathTemplate.names(text).isEmpty()
                            && !text.endsWith("/")
                            && !text.endsWith("*");
                    return right ? new Mark.Path(text) : null;
                });
        boolean served = routes.stream()
                .anyMatch(route -> PathTemplate.mayBegin(route.spec().path(), prefix(mark)));
        if (!mark.equals(NONE) && !served && !routes.isEmpty()) {
            version.warning(
                    "path",
                    "no route of the slice can begin with " + prefix(mark) + ", so version '" + name
                            + "' has no requests",
                    "add the version's routes, such as - GET " + prefix(mark) + "/orders/{id}");
        }
        return mark;
    }

    private static String prefix(Mark mark) {
        return mark instanceof Mark.Path(String prefix) ? prefix : "";
    }

    /** Who is counted; a source of the request's head that needs no lookup. */
    Optional<EntitySource> consumers() {
        if (slice.has("consumers") && !slice.has("versions")) {
            slice.warning(
                    "consumers",
                    "'consumers' without 'versions' (nobody is counted)",
                    "declare the slice's versions:, or delete 'consumers'");
        }
        return slice.amount("consumers", Optional.empty(), "header:NAME, jwt:claim or query:NAME", text -> {
            int colon = text.indexOf(':');
            Kind kind = colon < 0 ? null : AmountFields.words(Kind.values()).get(text.substring(0, colon));
            String name = text.substring(colon + 1).strip();
            boolean right = kind == Kind.HEADER && name.matches(RouteReader.TOKEN)
                    || (kind == Kind.JWT || kind == Kind.QUERY) && !name.isEmpty();
            return right && kind != null ? Optional.of(new EntitySource(kind, name)) : null;
        });
    }
}
