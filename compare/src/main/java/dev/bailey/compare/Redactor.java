package dev.bailey.compare;

import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes values fit to be kept and shown: what the rules redact is replaced, what is long is cut, what is not JSON is only measured. */
final class Redactor {

    static final String REDACTED = "‹redacted›";
    private static final int MAX_VALUE = 80;
    private static final int MAX_BODY = 4_096;
    private static final Set<String> SECRET_HEADERS =
            Set.of("set-cookie", "authorization", "www-authenticate", "location");

    private final Rules rules;

    Redactor(Rules rules) {
        this.rules = rules;
    }

    String value(String path, JsonNode value) {
        return cut(Documents.text(redacted(path, value)), MAX_VALUE);
    }

    String shown(Answer answer) {
        JsonNode document = answer.mediaType().endsWith("json") ? Documents.json(answer.body()) : null;
        return document == null
                ? answer.body().length + " bytes of "
                        + (answer.mediaType().isEmpty() ? "unknown type" : answer.mediaType())
                : cut(Documents.text(redacted("", document)), MAX_BODY);
    }

    static String ofHeader(String name, String value) {
        return SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT)) && !value.isEmpty()
                ? REDACTED
                : cut(value, MAX_VALUE);
    }

    private JsonNode redacted(String path, JsonNode node) {
        if (!path.isEmpty() && rules.redacts(path) && !node.isNull()) {
            return JsonNodeFactory.instance.stringNode(REDACTED);
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.forEachEntry((name, value) -> copy.set(name, redacted(path + "/" + name, value)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(each -> copy.add(redacted(path + "/*", each)));
            return copy;
        }
        return node;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
