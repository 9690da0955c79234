package dev.bailey.control.api;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document as the tests read it. */
final class OpenApi {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode document;

    private OpenApi(JsonNode document) {
        this.document = document;
    }

    static OpenApi load() throws IOException {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
            Object yaml = new Load(LoadSettings.builder().build()).loadFromInputStream(Objects.requireNonNull(in));
            return new OpenApi(JSON.valueToTree(yaml));
        }
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (!method.getKey().equals("parameters")) {
                    all.add(new Operation(
                            method.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), method.getValue()));
                }
            }
        }
        return all;
    }

    Operation operation(String id) {
        return operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    List<String> problems(Operation operation, int status, String body) {
        JsonNode answer = operation.node.path("responses").path(Integer.toString(status));
        if (answer.has("$ref")) {
            answer = document.at(answer.path("$ref").asString().substring(1));
        }
        JsonNode schema = answer.path("content").path("application/json").path("schema");
        if (schema.isMissingNode()) {
            return List.of("status " + status + " with JSON is not in the document");
        }
        ObjectNode root = JSON.createObjectNode();
        root.setAll((ObjectNode) schema);
        root.set("components", document.path("components"));
        Schema compiled = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root);
        return compiled.validate(JSON.readTree(body)).stream()
                .map(Object::toString)
                .toList();
    }

    record Operation(String method, String path, JsonNode node) {
        String id() {
            return node.path("operationId").asString();
        }

        Optional<String> role() {
            return node.has("x-bailey-role")
                    ? Optional.of(node.path("x-bailey-role").asString())
                    : Optional.empty();
        }

        /** The path with names filled in for things that are there. */
        String concrete() {
            String id = path.contains("/jobs/") ? "job-1" : path.contains("/diffs/") ? "d1" : "w8";
            String filled =
                    path.replace("{slice}", "orders").replace("{id}", id).replace("{file}", "none.js");
            boolean needsReason = method.equals("DELETE") || path.endsWith("/apply");
            return needsReason ? filled + "?reason=because" : filled;
        }

        String contentType() {
            return path.endsWith("/plan") || path.endsWith("/apply") ? "application/yaml" : "application/json";
        }

        /** A body the operation takes. */
        String body() {
            return switch (id()) {
                case "plan", "apply" -> "bailey: 1\n";
                case "explain" -> "{\"method\":\"GET\",\"path\":\"/api/orders/42\"}";
                case "createToken" -> "{\"name\":\"zoe\",\"role\":\"viewer\",\"reason\":\"new colleague\"}";
                case "unpark" -> "{\"reason\":\"because\",\"entity\":\"42\"}";
                default -> "{\"reason\":\"because\"}";
            };
        }
    }
}
