package dev.bailey.model.route;

import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.VersionSpec;
import dev.bailey.model.spec.VersionSpec.Mark;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells which version of a slice's interface a request asks for. A path wins over a header, a header over a query parameter;
 * of paths the longest, of the others the one written first. Immutable; asking allocates nothing where reading the request
 * does not.
 */
final class VersionRules {

    static final int NONE = -1;

    private static final Comparator<Rule> FIRST =
            Comparator.comparingInt(Rule::rank).thenComparingInt(rule -> -rule.segments.length);

    private final Rule[] rules;
    private final @Nullable ValueSource consumers;

    VersionRules(SliceSpec slice) {
        List<VersionSpec> versions = slice.versions();
        this.consumers = slice.consumers().map(ValueSource::of).orElse(null);
        this.rules = IntStream.range(0, versions.size())
                .mapToObj(index -> rule(index, versions.get(index).mark()))
                .sorted(FIRST)
                .toArray(Rule[]::new);
    }

    private static Rule rule(int index, Mark mark) {
        return switch (mark) {
            case Mark.Path(String prefix) ->
                new Rule(
                        index,
                        Arrays.stream(PathSegments.of(prefix))
                                .map(VersionRules::bytes)
                                .toArray(byte[][]::new),
                        null,
                        bytes(""));
            case Mark.Header(String name, String value) -> valued(index, EntitySource.Kind.HEADER, name, value);
            case Mark.Query(String name, String value) -> valued(index, EntitySource.Kind.QUERY, name, value);
        };
    }

    private static Rule valued(int index, EntitySource.Kind kind, String name, String value) {
        return new Rule(index, new byte[0][], ValueSource.of(new EntitySource(kind, name)), bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The version's place in the file, or {@link #NONE}. */
    int of(RequestFacts facts, PathSpans path, Text scratch) {
        for (Rule rule : rules) {
            if (rule.tells(facts, path, scratch)) {
                return rule.index;
            }
        }
        return NONE;
    }

    boolean consumer(RequestFacts facts, Decision decided, Text into) {
        return consumers != null && decided.read(consumers, facts, into);
    }

    /** @param source null where the path tells it */
    private record Rule(
            int index, byte[][] segments, @Nullable ValueSource source, byte[] value) {

        int rank() {
            if (source == null) {
                return 0;
            }
            return source.kind() == EntitySource.Kind.HEADER ? 1 : 2;
        }

        boolean tells(RequestFacts facts, PathSpans path, Text scratch) {
            if (source == null) {
                return path.beginsWith(segments);
            }
            boolean found = source.kind() == EntitySource.Kind.HEADER
                    ? RequestValues.header(facts, source.lowerCase(), scratch)
                    : RequestValues.query(facts, source, scratch);
            return found && scratch.shows(value);
        }
    }
}
