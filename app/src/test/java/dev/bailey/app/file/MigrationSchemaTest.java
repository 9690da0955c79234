package dev.bailey.app.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.bailey.model.spec.Located;
import dev.bailey.model.spec.SpecReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schema and the reader say the same about the same files, as far as a schema can say it. */
class MigrationSchemaTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(MigrationSchema.text());

    /** Wrong in ways a schema cannot see: parts of the file held against each other, against the calendar, or outside. */
    private static final Set<String> BEYOND_A_SCHEMA = Set.of(
            "any-method.yaml",
            "bad-date.yaml",
            "bad-jsonata.yaml",
            "bad-path.yaml",
            "check-too-long.yaml",
            "conflict-without-version.yaml",
            "cookie-replayed.yaml",
            "duplicate-route.yaml",
            "entity-half-minted.yaml",
            "entity-not-in-path.yaml",
            "fallback-too-late.yaml",
            "feed-capture-bad-pattern.yaml",
            "feed-capture-not-postgres.yaml",
            "feed-topic-bad-server.yaml",
            "feed-capture-parts.yaml",
            "feed-without-login.yaml",
            "feeds-alike.yaml",
            "http2-window-small.yaml",
            "nodes-all-embedded.yaml",
            "key-columns-too-few.yaml",
            "key-half-in-columns.yaml",
            "key-half-in-template.yaml",
            "key-not-in-columns.yaml",
            "key-of-other-parts.yaml",
            "missing-secret-file.yaml",
            "missing-secret.yaml",
            "natural-post.yaml",
            "network-beyond-prefix.yaml",
            "network-too-narrow.yaml",
            "no-entity.yaml",
            "park-without-marks.yaml",
            "pins-alike.yaml",
            "ramp-ends-early.yaml",
            "ramp-falls.yaml",
            "ramp-unknown-cohort.yaml",
            "reconcile-too-often.yaml",
            "replay-bad-state.yaml",
            "replay-by-refresh.yaml",
            "replay-newest.yaml",
            "replay-without-idempotency.yaml",
            "response-entity-on-read.yaml",
            "same-port.yaml",
            "same-service.yaml",
            "sunset-too-soon.yaml",
            "translate-unknown-name.yaml",
            "unknown-secret.yaml",
            "versions-alike.yaml",
            "warm-without-room.yaml",
            "window-too-long.yaml");

    @Test
    void everyKeyTheReaderKnowsStandsInTheSchemaAndViceVersa() {
        JsonNode definitions = JSON.readTree(MigrationSchema.text()).get("$defs");
        Map<String, Set<String>> inSchema = new HashMap<>();
        for (Map.Entry<String, JsonNode> definition : definitions.properties()) {
            if (definition.getValue().has("properties")) {
                inSchema.put(
                        definition.getKey(),
                        new TreeSet<>(definition.getValue().get("properties").propertyNames()));
            }
        }

        Map<String, Set<String>> inReader = new HashMap<>();
        SpecReader.keys().forEach((name, keys) -> inReader.put(name, new TreeSet<>(keys)));
        assertThat(inSchema).isEqualTo(inReader);
    }

    @Test
    void everyDefinitionIsClosedAndDescribed() {
        for (Map.Entry<String, JsonNode> definition :
                JSON.readTree(MigrationSchema.text()).get("$defs").properties()) {
            assertThat(definition.getValue().has("description"))
                    .as(definition.getKey())
                    .isTrue();
            if (definition.getValue().has("properties")) {
                assertThat(definition.getValue().get("additionalProperties").asBoolean(true))
                        .as(definition.getKey())
                        .isFalse();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> rightFilesAreRightBySchema() {
        return Stream.of("right.yaml", "full.yaml", "spec-example.yaml")
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(errors(MigrationFileTest.RESOURCES.resolve(name))
                                        .orElseThrow())
                                .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> wrongFilesAreWrongBySchemaUnlessItCannotSeeIt() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(MigrationFileTest.RESOURCES.resolve("wrong"))) {
            files = listed.sorted().toList();
        }
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    boolean beyond = BEYOND_A_SCHEMA.contains(file.getFileName().toString());
                    errors(file)
                            .ifPresent(errors -> assertThat(errors.isEmpty())
                                    .as("%s", errors)
                                    .isEqualTo(beyond));
                }));
    }

    @Test
    void theFullFileUsesEveryKey() throws IOException {
        String text = Files.readString(MigrationFileTest.RESOURCES.resolve("full.yaml"));
        SpecReader.keys().values().stream()
                .flatMap(Set::stream)
                .forEach(key -> assertThat(text).contains(key + ":"));
    }

    @Test
    void theGuideNamesEveryKeyAndShowsAFileThatIsRight() throws IOException {
        String guide = Files.readString(Path.of("../docs/guide/migration-file.md"));
        SpecReader.keys().values().stream()
                .flatMap(Set::stream)
                .forEach(key -> assertThat(guide).contains("`" + key + "`"));
        assertThat(guide).contains("```yaml\n" + MigrationFileTest.right() + "```");
    }

    /** Empty for a file that is not YAML. */
    private static Optional<List<com.networknt.schema.Error>> errors(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        LocatedYaml.Tree tree = LocatedYaml.read(text, new Secrets(_ -> "x", MigrationFileTest.RESOURCES));
        boolean yaml = tree.root().isPresent()
                && tree.problems().stream()
                        .allMatch(problem -> problem.message().contains("secret"));
        return yaml ? Optional.of(SCHEMA.validate(json(tree.root().get()))) : Optional.empty();
    }

    private static JsonNode json(Located node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (node) {
            case Located.Mapping mapping -> {
                ObjectNode object = nodes.objectNode();
                mapping.entries().forEach(entry -> object.set(entry.key(), json(entry.value())));
                yield object;
            }
            case Located.Sequence sequence -> {
                ArrayNode array = nodes.arrayNode();
                sequence.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case Located.Scalar scalar ->
                switch (scalar.kind()) {
                    case TEXT -> nodes.stringNode(scalar.text());
                    case NULL -> nodes.nullNode();
                    case BOOLEAN, INTEGER, DECIMAL -> JSON.readTree(scalar.text());
                };
        };
    }
}
