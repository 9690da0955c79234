package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.KeyParts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a slice's keys are, and so how they are ordered: part by part, each by its own kind. Both sides of a slice have the same
 * kind, or their ranges could not be held against each other. Most keys have one part.
 */
public record KeyKind(List<KeyPart> parts) {

    /** Keys of one whole number. */
    public static final KeyKind INTEGER = of(KeyPart.INTEGER);

    /** Keys of one text. */
    public static final KeyKind TEXT = of(KeyPart.TEXT);

    /** Keys of one UUID. */
    public static final KeyKind UUID = of(KeyPart.UUID);

    public KeyKind {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a key of no parts (expected at least one)");
        }
    }

    public static KeyKind of(KeyPart... parts) {
        return new KeyKind(List.of(parts));
    }

    /** The order of both stores; only for keys in their canonical spelling. */
    public Comparator<EntityKey> order() {
        if (parts.size() == 1) {
            return Comparator.comparing(EntityKey::value, parts.getFirst().order());
        }
        return (a, b) -> {
            List<String> left = split(a);
            List<String> right = split(b);
            int order = 0;
            for (int i = 0; order == 0 && i < parts.size(); i++) {
                order = parts.get(i).order().compare(left.get(i), right.get(i));
            }
            return order;
        };
    }

    /** The spelling the stores use for a key; empty when no entity of this slice can have it. */
    public Optional<EntityKey> canonical(EntityKey key) {
        Optional<List<String>> spelled = KeyParts.of(key, parts.size());
        if (spelled.isEmpty()) {
            return Optional.empty();
        }
        List<String> canonical = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).canonical(spelled.get().get(i)).ifPresent(canonical::add);
        }
        return canonical.size() == parts.size() ? Optional.of(KeyParts.joined(canonical)) : Optional.empty();
    }

    /** The parts of a key of this kind. */
    public List<String> split(EntityKey key) {
        return KeyParts.of(key, parts.size())
                .orElseThrow(() -> new IllegalArgumentException("key " + HiddenKey.of(key) + " is no key of "
                        + parts.size() + " parts (expected " + label() + ")"));
    }

    /** Whether keys of both kinds can be held against each other. */
    public boolean isAs(KeyKind other) {
        boolean same = parts.size() == other.parts.size();
        for (int i = 0; same && i < parts.size(); i++) {
            same = parts.get(i).isAs(other.parts.get(i));
        }
        return same;
    }

    /** What keys of two kinds that can be held against each other are together. */
    KeyKind with(KeyKind other) {
        List<KeyPart> both = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            both.add(parts.get(i).with(other.parts.get(i)));
        }
        return new KeyKind(both);
    }

    /** As messages name it: {@code integer}, {@code (text, integer)}. */
    public String label() {
        return parts.size() == 1
                ? parts.getFirst().label()
                : parts.stream().map(KeyPart::label).collect(Collectors.joining(", ", "(", ")"));
    }
}
