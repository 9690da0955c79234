package dev.bailey.model.spec;

import dev.bailey.model.spec.Located.Entry;
import dev.bailey.model.spec.Located.Kind;
import dev.bailey.model.spec.Located.Mapping;
import dev.bailey.model.spec.Located.Scalar;
import dev.bailey.model.spec.Located.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One map of the file being read: hands out its values by key and writes down what is wrong with them. A value that is
 * wrong is told once and read as absent, so that reading goes on.
 */
final class Fields {

    private final Located node;
    private final String path;
    private final Shape shape;
    private final Problems problems;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final boolean readable;

    private Fields(Located node, String path, Shape shape, Problems problems) {
        this.node = node;
        this.path = path;
        this.shape = shape;
        this.problems = problems;
        this.readable = node instanceof Mapping;
        if (node instanceof Mapping mapping) {
            mapping.entries().forEach(this::take);
        } else {
            problems.error(
                    node,
                    path,
                    (path.isEmpty() ? "the file" : "'" + last(path) + "'") + " is " + kindOf(node)
                            + " (expected a map)",
                    "write a map with the keys " + shape.listed());
        }
    }

    static Fields of(Located node, String path, Shape shape, Problems problems) {
        return new Fields(node, path, shape, problems);
    }

    private void take(Entry entry) {
        if (!shape.knows(entry.key())) {
            problems.error(
                    entry,
                    at(entry.key()),
                    "unknown key '" + shortened(entry.key()) + "'",
                    shape.remedyFor(entry.key()));
        } else if (entry.value() instanceof Scalar scalar && scalar.kind() == Kind.NULL) {
            problems.error(
                    entry, at(entry.key()), "'" + entry.key() + "' has no value", "give it one, or delete the line");
        } else {
            entries.put(entry.key(), entry);
        }
    }

    /** Where the map stands. */
    Located node() {
        return node;
    }

    String path() {
        return path;
    }

    Problems problems() {
        return problems;
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /** The value's place, or the map's own where the key is absent. */
    Located placeOf(String key) {
        Located value = value(key);
        return value == null ? node : value;
    }

    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    void error(String key, String message, String remedy) {
        problems.error(placeOf(key), at(key), message, remedy);
    }

    /** The same at the key itself, for one that should not be there at all. */
    void unwanted(String key, String message, String remedy) {
        Entry entry = entries.get(key);
        if (entry != null) {
            problems.error(entry, at(key), message, remedy);
        }
    }

    void warning(String key, String message, String remedy) {
        problems.warning(placeOf(key), at(key), message, remedy);
    }

    @Nullable
    Located value(String key) {
        if (!shape.knows(key)) {
            throw new IllegalArgumentException("shape " + shape + " has no key " + key);
        }
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    /** Tells that a key is missing, unless the map could not be read, or the key was refused already or is misspelt. */
    void missing(String key, String remedy) {
        boolean meant = node instanceof Mapping mapping
                && mapping.entries().stream()
                        .anyMatch(entry -> entry.key().equals(key)
                                || shape.nearest(entry.key())
                                        .filter(key::equals)
                                        .isPresent());
        if (readable && !meant) {
            problems.error(node, path, "key '" + key + "' is missing", remedy);
        }
    }

    /** Text that must stand there; a stand-in where it does not. */
    String required(String key, String remedy) {
        if (!has(key)) {
            missing(key, remedy);
        }
        return text(key).orElse("?");
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(value(key)).flatMap(value -> text(value, at(key)));
    }

    /** Text, or a number or a truth value taken by its letters. */
    Optional<String> text(Located value, String at) {
        if (!(value instanceof Scalar scalar) || scalar.kind() == Kind.NULL) {
            problems.error(value, at, "'" + last(at) + "' is " + kindOf(value) + " (expected text)", "write one value");
            return Optional.empty();
        }
        if (scalar.text().isBlank()) {
            problems.error(value, at, "'" + last(at) + "' is empty", "give it a value, or delete the line");
            return Optional.empty();
        }
        return Optional.of(scalar.text());
    }

    /** A value of its own writing; the reader gives null where the text is not one. */
    <T> T amount(String key, T otherwise, String expected, Reading<T> reading) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        T read = reading.read(text.get());
        if (read == null) {
            error(key, "'" + key + "' is " + shown(placeOf(key)) + " (expected " + expected + ")", "write " + expected);
            return otherwise;
        }
        return read;
    }

    long integer(String key, long least, long most, long otherwise) {
        String expected = "a whole number from " + least + " to " + most;
        return amount(key, otherwise, expected, text -> {
            if (!written(key, Kind.INTEGER) || !text.matches("-?[0-9]{1,18}")) {
                return null;
            }
            long number = Long.parseLong(text);
            return number < least || number > most ? null : number;
        });
    }

    int count(String key, int least, int most, int otherwise) {
        return (int) integer(key, least, most, otherwise);
    }

    boolean truth(String key, boolean otherwise) {
        return amount(key, otherwise, "true or false", text -> switch (text) {
            case "true", "True", "TRUE" -> written(key, Kind.BOOLEAN) ? true : null;
            case "false", "False", "FALSE" -> written(key, Kind.BOOLEAN) ? false : null;
            default -> null;
        });
    }

    /** Whether the value is written as that kind, without quotes; a secret is whatever it is needed as. */
    private boolean written(String key, Kind kind) {
        return value(key) instanceof Scalar scalar && (scalar.kind() == kind || scalar.secret());
    }

    /** One of some words. */
    <T> T choice(String key, Map<String, T> words, T otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        T chosen = words.get(text.get());
        if (chosen == null) {
            String all = String.join(", ", words.keySet());
            String remedy = Nearest.of(text.get(), words.keySet())
                    .map(near -> "did you mean '" + near + "'?")
                    .orElse("write one of " + all);
            error(key, "'" + key + "' is " + shown(placeOf(key)) + " (expected one of " + all + ")", remedy);
            return otherwise;
        }
        return chosen;
    }

    /** A nested map of a known shape. */
    Optional<Fields> fields(String key, Shape nested) {
        return Optional.ofNullable(value(key)).map(value -> new Fields(value, at(key), nested, problems));
    }

    /** A nested map whose keys are the user's own. */
    List<Entry> entries(String key) {
        return switch (value(key)) {
            case null -> List.of();
            case Mapping mapping -> mapping.entries();
            case Located other -> {
                problems.error(
                        other, at(key), "'" + key + "' is " + kindOf(other) + " (expected a map)", "write name: value");
                yield List.of();
            }
        };
    }

    /** A nested map of the user's own keys to something read from their values; values that cannot be read are left out. */
    <T> Map<String, T> map(String key, BiFunction<Entry, String, Optional<T>> reading) {
        Map<String, T> read = new LinkedHashMap<>();
        for (Entry entry : entries(key)) {
            String at = at(key) + "." + entry.key();
            if (entry.key().isBlank()) {
                problems.error(entry, at, "a name under '" + key + "' is empty", "give it a name");
            } else {
                reading.apply(entry, at).ifPresent(value -> read.put(entry.key(), value));
            }
        }
        return read;
    }

    Map<String, String> textMap(String key) {
        return map(key, (entry, at) -> text(entry.value(), at));
    }

    List<Located> items(String key) {
        return switch (value(key)) {
            case null -> List.of();
            case Sequence sequence -> sequence.items();
            case Located other -> {
                problems.error(
                        other,
                        at(key),
                        "'" + key + "' is " + kindOf(other) + " (expected a list)",
                        "write it as [a, b], or as lines that begin with '- '");
                yield List.of();
            }
        };
    }

    List<String> texts(String key) {
        List<String> read = new ArrayList<>();
        List<Located> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            text(items.get(i), at(key) + "[" + i + "]").ifPresent(read::add);
        }
        return read;
    }

    /** How a value is called in a message: never a secret, never long. */
    static String shown(Located value) {
        return value instanceof Scalar scalar
                ? scalar.secret() ? "a secret" : "'" + shortened(scalar.text()) + "'"
                : kindOf(value);
    }

    static String shortened(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= 60 && line.length() == text.length()
                ? line
                : line.substring(0, Math.min(60, line.length())) + "…";
    }

    static String kindOf(Located value) {
        return switch (value) {
            case Mapping _ -> "a map";
            case Sequence _ -> "a list";
            case Scalar scalar ->
                switch (scalar.kind()) {
                    case NULL -> "empty";
                    case TEXT -> "text";
                    case INTEGER, DECIMAL -> "a number";
                    case BOOLEAN -> "true or false";
                };
        };
    }

    static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Turns a text into a value, null where it is none. */
    @FunctionalInterface
    interface Reading<T> {
        @Nullable
        T read(String text);
    }
}
