package dev.bailey.app.file;

import dev.bailey.model.spec.Located;
import dev.bailey.model.spec.Located.Entry;
import dev.bailey.model.spec.Located.Kind;
import dev.bailey.model.spec.Located.Mapping;
import dev.bailey.model.spec.Located.Scalar;
import dev.bailey.model.spec.Located.Sequence;
import dev.bailey.model.spec.Problem;
import dev.bailey.model.spec.Problem.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns the events of a YAML 1.2 parser into a tree with places, scalars by the core schema. Depth, the size that aliases
 * expand to, and the number of problems are bounded.
 */
final class LocatedYaml {

    static final int DEEPEST = 64;
    static final int MOST_NODES = 100_000;
    static final int MOST_ALIASES = 200;
    private static final int MOST_PROBLEMS = 100;

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern DECIMAL = Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> BOOLEANS = Set.of("true", "True", "TRUE", "false", "False", "FALSE");

    private final String text;
    private final Secrets secrets;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Sized> anchors = new HashMap<>();
    private Iterator<Event> events = List.<Event>of().iterator();
    private int nodes;
    private int aliases;

    private LocatedYaml(String text, Secrets secrets) {
        this.text = text;
        this.secrets = secrets;
    }

    /** The tree, if the text was one, and what was wrong. */
    record Tree(Optional<Located> root, List<Problem> problems) {}

    private record Sized(Located node, int nodes) {}

    static Tree read(String text, Secrets secrets) {
        LocatedYaml yaml = new LocatedYaml(text, secrets);
        Optional<Located> root = Optional.empty();
        try {
            root = yaml.document();
        } catch (MarkedYamlEngineException broken) {
            yaml.problems.add(yaml.syntax(broken));
        } catch (YamlEngineException broken) {
            yaml.problem(1, 1, "this is not YAML", "mend the file's syntax");
        } catch (GivenUp _) {
            return new Tree(Optional.empty(), yaml.problems);
        }
        return new Tree(root, yaml.problems);
    }

    private Optional<Located> document() {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MigrationFile.LARGEST * 2)
                .setLabel("file")
                .build();
        events = new Parse(settings).parseString(text).iterator();
        Optional<Located> root = Optional.empty();
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (root.isPresent()) {
                        Place at = place(event);
                        problem(
                                at.line,
                                at.column,
                                "a second document begins (expected one)",
                                "delete it, or move it to a file of its own");
                        throw new GivenUp();
                    }
                    root = Optional.of(node(events.next(), "", 1));
                }
                default -> {}
            }
        }
        return root;
    }

    private Located node(Event event, String path, int depth) {
        Place at = place(event);
        if (depth > DEEPEST) {
            problem(at.line, at.column, "nested deeper than " + DEEPEST + " levels", "flatten the file");
            throw new GivenUp();
        }
        if (event instanceof AliasEvent alias) {
            return alias(alias.getAlias().getValue(), at);
        }
        count(1, at);
        int before = nodes - 1;
        Located node = switch (event) {
            case ScalarEvent scalar -> scalar(scalar, path, at);
            case MappingStartEvent _ -> mapping(path, at, depth);
            case SequenceStartEvent _ -> sequence(path, at, depth);
            default -> throw new IllegalStateException("event " + event.getEventId() + " (expected a value)");
        };
        anchorOf(event).ifPresent(name -> anchors.put(name, new Sized(node, nodes - before)));
        return node;
    }

    private static Optional<String> anchorOf(Event event) {
        return event instanceof org.snakeyaml.engine.v2.events.NodeEvent node
                ? node.getAnchor().map(org.snakeyaml.engine.v2.common.Anchor::getValue)
                : Optional.empty();
    }

    private Located alias(String name, Place at) {
        Sized target = anchors.get(name);
        if (++aliases > MOST_ALIASES) {
            problem(at.line, at.column, "more than " + MOST_ALIASES + " aliases", "write the values out");
            throw new GivenUp();
        }
        if (target == null) {
            problem(
                    at.line,
                    at.column,
                    "alias '*" + name + "' names nothing that ended before it",
                    "define &" + name + " first");
            return new Scalar(at.line, at.column, "(missing)", Kind.TEXT, true);
        }
        count(target.nodes, at);
        return target.node;
    }

    private void count(int more, Place at) {
        nodes += more;
        if (nodes > MOST_NODES) {
            problem(
                    at.line,
                    at.column,
                    "more than " + MOST_NODES + " values (aliases counted as what they stand for)",
                    "split the migration, or write less with aliases");
            throw new GivenUp();
        }
    }

    private Located mapping(String path, Place at, int depth) {
        List<Entry> entries = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            Place keyAt = place(event);
            String name = key(event, path, depth, keyAt);
            String below = name == null ? path : path.isEmpty() ? name : path + "." + name;
            Located value = node(events.next(), below, depth + 1);
            Integer before = name == null ? null : seen.putIfAbsent(name, keyAt.line);
            if (before != null) {
                problems.add(new Problem(
                        keyAt.line,
                        keyAt.column,
                        below,
                        "key '" + name + "' stands twice (first in line " + before + ")",
                        "keep one of them",
                        Severity.ERROR));
            } else if (name != null) {
                entries.add(new Entry(keyAt.line, keyAt.column, name, value));
            }
        }
        return new Mapping(at.line, at.column, entries);
    }

    /** A key's text as written, secrets not resolved; null, and told, where it is no plain word. */
    private @Nullable String key(Event event, String path, int depth, Place at) {
        if (event instanceof ScalarEvent scalar && scalar.getAnchor().isEmpty()) {
            count(1, at);
            return scalar.getValue();
        }
        Located key = node(event, path, depth + 1);
        if (key instanceof Scalar scalar && !scalar.secret()) {
            return scalar.text();
        }
        problem(
                at.line,
                at.column,
                "a key is " + (key instanceof Mapping ? "a map" : key instanceof Sequence ? "a list" : "a secret")
                        + " (expected a word)",
                "write the key as a word; quote text that begins with { or [");
        return null;
    }

    private Located sequence(String path, Place at, int depth) {
        List<Located> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, path + "[" + items.size() + "]", depth + 1));
        }
        return new Sequence(at.line, at.column, items);
    }

    private Located scalar(ScalarEvent event, String path, Place at) {
        return switch (secrets.resolve(event.getValue())) {
            case Secrets.Resolved.Missing(String message, String remedy) -> {
                problems.add(new Problem(at.line, at.column, path, message, remedy, Severity.ERROR));
                yield new Scalar(at.line, at.column, "(missing)", Kind.TEXT, true);
            }
            case Secrets.Resolved.Text(String value, boolean secret) ->
                new Scalar(at.line, at.column, value, event.isPlain() && !secret ? kind(value) : Kind.TEXT, secret);
        };
    }

    private static Kind kind(String plain) {
        if (NULLS.contains(plain)) {
            return Kind.NULL;
        }
        if (BOOLEANS.contains(plain)) {
            return Kind.BOOLEAN;
        }
        if (INTEGER.matcher(plain).matches()) {
            return Kind.INTEGER;
        }
        return DECIMAL.matcher(plain).matches() ? Kind.DECIMAL : Kind.TEXT;
    }

    private void problem(int line, int column, String message, String remedy) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new Problem(line, column, "", message, remedy, Severity.ERROR));
        }
    }

    private Problem syntax(MarkedYamlEngineException broken) {
        Mark problemMark = broken.getProblemMark().orElse(null);
        Mark contextMark = broken.getContextMark().orElse(null);
        boolean atEnd = problemMark == null
                || problemMark.getIndex() >= text.stripTrailing().length();
        Mark mark = atEnd && contextMark != null ? contextMark : problemMark;
        int line = mark == null ? 1 : mark.getLine() + 1;
        int column = mark == null ? 1 : mark.getColumn() + 1;
        boolean tab = mark != null && tabAt(line, column);
        String problem = Optional.ofNullable(broken.getContext())
                        .filter(_ -> atEnd)
                        .map(context -> context + ", ")
                        .orElse("")
                + Optional.ofNullable(broken.getProblem())
                        .orElse("it breaks off")
                        .strip();
        return tab
                ? new Problem(
                        line,
                        column,
                        "",
                        "a tab is used for indentation (expected spaces)",
                        "indent with spaces",
                        Severity.ERROR)
                : new Problem(
                        line,
                        column,
                        "",
                        "this is not YAML: " + problem,
                        "look at quotes, colons and indentation here and in the line above",
                        Severity.ERROR);
    }

    /** Whether a tab stands at the place, or in the blanks before it. */
    private boolean tabAt(int line, int column) {
        String source = text.lines().skip(line - 1L).findFirst().orElse("");
        String before = source.substring(0, Math.min(column, source.length()));
        return before.indexOf('\t') >= 0 && before.isBlank();
    }

    private static Place place(Event event) {
        return event.getStartMark()
                .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(new Place(1, 1));
    }

    private record Place(int line, int column) {}

    /** Thrown where reading on could cost without bound; the problem is told already. */
    private static final class GivenUp extends RuntimeException {
        GivenUp() {
            super(null, null, false, false);
        }
    }
}
