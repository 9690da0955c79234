package dev.bailey.model.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where a route finds its entity key: one place for each of its parts, in their order. Most keys have one part. */
public record KeySource(List<EntitySource> parts) {

    public KeySource {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > KeyNames.MOST) {
            throw new IllegalArgumentException(
                    "a key of " + parts.size() + " sources (expected 1 to " + KeyNames.MOST + ")");
        }
    }

    public static KeySource of(EntitySource source) {
        return new KeySource(List.of(source));
    }

    public boolean isSingle() {
        return parts.size() == 1;
    }

    /** Whether some part comes from there. */
    public boolean reads(EntitySource.Kind kind) {
        return parts.stream().anyMatch(part -> part.kind() == kind);
    }

    /** Whether the key is made by the side that serves the request. */
    public boolean isMinted() {
        return parts.stream().anyMatch(part -> part.kind().isMinted());
    }

    /**
     * The parts of the key that an answer holds.
     *
     * @param value what a source of the answer gives
     * @return empty unless the key is minted and every part is there
     */
    public Optional<List<String>> minted(Function<EntitySource, Optional<String>> value) {
        return isMinted() ? values(value) : Optional.empty();
    }

    /** What each source gives; empty unless every one gives something. */
    public Optional<List<String>> values(Function<EntitySource, Optional<String>> value) {
        List<String> found = new ArrayList<>();
        for (EntitySource part : parts) {
            Optional<String> text = value.apply(part).filter(each -> !each.isEmpty());
            if (text.isEmpty()) {
                return Optional.empty();
            }
            found.add(text.get());
        }
        return Optional.of(List.copyOf(found));
    }

    /** As the file writes it. */
    @Override
    public String toString() {
        return parts.stream().map(EntitySource::toString).collect(Collectors.joining(", "));
    }
}
