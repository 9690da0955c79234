package dev.bailey.model.spec;

import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.Located.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code path:id}, {@code response:/id} and their like, alone or one for each part of a key. */
final class SourceReader {

    private final Problems problems;

    SourceReader(Problems problems) {
        this.problems = problems;
    }

    /** One source, or a list of one for each part; what is wrong is told where it stands. */
    Optional<KeySource> key(Fields in, String key) {
        if (!(in.value(key) instanceof Sequence list)) {
            return in.text(key)
                    .flatMap(text -> source(text, in.placeOf(key), in.at(key)))
                    .map(KeySource::of);
        }
        if (list.items().size() < 2 || list.items().size() > KeyNames.MOST) {
            in.error(
                    key,
                    "'" + key + "' is a list of " + list.items().size() + " (expected one source, or a list of 2 to "
                            + KeyNames.MOST + ", one for each part of the key)",
                    "write path:id, or [path:tenant, path:number] in the order of data's key");
            return Optional.empty();
        }
        List<EntitySource> parts = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Located item = list.items().get(i);
            String at = in.at(key) + "[" + i + "]";
            in.text(item, at).flatMap(text -> source(text, item, at)).ifPresent(parts::add);
        }
        if (parts.size() < list.items().size()) {
            return Optional.empty();
        }
        long minted = parts.stream().filter(part -> part.kind().isMinted()).count();
        if (minted > 0 && minted < parts.size()) {
            in.error(
                    key,
                    "'" + key + "' takes one part from the request and another from the response"
                            + " (expected all parts of a minted key in the response)",
                    "write each part as response: and its JSON pointer, such as [response:/tenant, response:/number]");
            return Optional.empty();
        }
        return Optional.of(new KeySource(parts));
    }

    private Optional<EntitySource> source(String text, Located at, String path) {
        Map<String, Kind> kinds = AmountFields.words(Kind.values());
        int colon = text.indexOf(':');
        String prefix = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1).strip();
        Kind kind = kinds.get(prefix);
        if (kind == null || name.isEmpty()) {
            String known = String.join(":, ", kinds.keySet()) + ":";
            String remedy = kind != null
                    ? "write " + prefix + ": and its name, such as " + prefix + ":id"
                    : Nearest.of(prefix.toLowerCase(Locale.ROOT), kinds.keySet())
                            .map(near -> "did you mean '" + near + ":'?")
                            .orElse("write it as path:id, header:X-Account or response:/id");
            problems.error(
                    at, path, "entity " + Fields.shown(at) + " (expected one of " + known + " and a name)", remedy);
            return Optional.empty();
        }
        boolean pointer = kind == Kind.BODY || kind == Kind.RESPONSE;
        if (pointer && !name.startsWith("/")) {
            problems.error(
                    at,
                    path,
                    "entity '" + Fields.shortened(text) + "' (expected a JSON pointer after " + prefix + ":)",
                    "begin it with a slash: " + prefix + ":/" + name);
            return Optional.empty();
        }
        if ((kind == Kind.HEADER || kind == Kind.COOKIE || kind == Kind.RESPONSE_COOKIE)
                && !name.matches(RouteReader.TOKEN)) {
            problems.error(
                    at,
                    path,
                    "entity '" + Fields.shortened(text) + "' (expected the name of a "
                            + (kind == Kind.HEADER ? "header" : "cookie") + ")",
                    "write it as " + prefix + (kind == Kind.HEADER ? ":X-Account" : ":SESSION"));
            return Optional.empty();
        }
        return Optional.of(new EntitySource(kind, name));
    }
}
