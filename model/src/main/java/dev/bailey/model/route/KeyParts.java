package dev.bailey.model.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a key of several parts is spelled as one {@link EntityKey}: the parts in their order with a slash between them, where a
 * part's own {@code ~} is written {@code ~0} and its {@code /} is written {@code ~1}, as JSON pointers do (RFC 6901). So the
 * slashes tell the parts, and no two keys have one spelling. A key of one part is that part as it is.
 */
public final class KeyParts {

    static final char SEPARATOR = '/';
    static final char ESCAPE = '~';
    static final char FOR_ESCAPE = '0';
    static final char FOR_SEPARATOR = '1';

    private KeyParts() {}

    /** The key of these parts; none of them empty. */
    public static EntityKey joined(List<String> parts) {
        if (parts.size() == 1) {
            return new EntityKey(parts.getFirst());
        }
        StringBuilder key = new StringBuilder();
        for (String part : parts) {
            if (part.isEmpty()) {
                throw new IllegalArgumentException("a part of an entity key is empty");
            }
            if (!key.isEmpty()) {
                key.append(SEPARATOR);
            }
            for (int i = 0; i < part.length(); i++) {
                switch (part.charAt(i)) {
                    case ESCAPE -> key.append(ESCAPE).append(FOR_ESCAPE);
                    case SEPARATOR -> key.append(ESCAPE).append(FOR_SEPARATOR);
                    default -> key.append(part.charAt(i));
                }
            }
        }
        return new EntityKey(key.toString());
    }

    /** The parts of a key; empty when it is no spelling of a key of so many parts. */
    public static Optional<List<String>> of(EntityKey key, int count) {
        if (count == 1) {
            return Optional.of(List.of(key.value()));
        }
        if (count < 1) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>(count);
        String text = key.value();
        int from = 0;
        while (parts.size() < count) {
            int slash = text.indexOf(SEPARATOR, from);
            int to = slash < 0 ? text.length() : slash;
            Optional<String> part = plain(text.substring(from, to));
            boolean last = parts.size() == count - 1;
            if (part.isEmpty() || last != slash < 0) {
                return Optional.empty();
            }
            parts.add(part.get());
            from = to + 1;
        }
        return Optional.of(List.copyOf(parts));
    }

    /** The same without escapes; empty for a part that is, and for one that escapes anything else. */
    private static Optional<String> plain(String spelled) {
        if (spelled.indexOf(ESCAPE) < 0) {
            return Optional.of(spelled).filter(part -> !part.isEmpty());
        }
        StringBuilder part = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < spelled.length(); i++) {
            char c = spelled.charAt(i);
            if (escaped && c != FOR_ESCAPE && c != FOR_SEPARATOR) {
                return Optional.empty();
            }
            if (escaped) {
                part.append(c == FOR_ESCAPE ? ESCAPE : SEPARATOR);
            } else if (c != ESCAPE) {
                part.append(c);
            }
            escaped = !escaped && c == ESCAPE;
        }
        return escaped ? Optional.empty() : Optional.of(part.toString());
    }
}
