package dev.bailey.control.api;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads request bodies strictly: an unknown field is refused with the nearest known one, a missing one by its name. Optional
 * fields, booleans (then false) and maps (then empty) may be absent.
 */
final class StrictBody {

    private StrictBody() {}

    static <T extends Record> T read(String body, Class<T> type) {
        ObjectNode object = object(body);
        List<RecordComponent> components = Arrays.asList(type.getRecordComponents());
        List<String> known = components.stream().map(RecordComponent::getName).toList();
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw invalid(
                        "unknown field \"" + name + "\" (known: " + String.join(", ", known) + ")",
                        Nearest.of(name, known)
                                .map(near -> "did you mean \"" + near + "\"?")
                                .orElse("leave it out"));
            }
        }
        for (RecordComponent component : components) {
            complete(object, component);
        }
        try {
            return ApiJson.mapper().treeToValue(object, type);
        } catch (InvalidFormatException e) {
            throw invalid("\"" + e.getValue() + "\" is not a value this field takes", known(e.getTargetType()));
        } catch (JacksonException e) {
            throw invalid(
                    "a field has a wrong value: " + e.getOriginalMessage(), "see /openapi.yaml for what it takes");
        }
    }

    private static String known(Class<?> type) {
        return type.isEnum()
                ? "known: "
                        + Arrays.stream(type.getEnumConstants())
                                .map(each -> ApiJson.label((Enum<?>) each))
                                .collect(Collectors.joining(", "))
                : "see /openapi.yaml for what it takes";
    }

    private static ObjectNode object(String body) {
        try {
            JsonNode node = ApiJson.mapper().readTree(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw invalid("the body is not JSON: " + e.getOriginalMessage(), "send one JSON object");
        }
        throw invalid("the body is not a JSON object", "send one JSON object, such as {\"reason\": \"…\"}");
    }

    private static void complete(ObjectNode object, RecordComponent component) {
        String name = component.getName();
        JsonNode value = object.get(name);
        if (value != null && !value.isNull()) {
            return;
        }
        Class<?> type = component.getType();
        if (type == boolean.class) {
            object.put(name, false);
        } else if (type == Map.class) {
            object.putObject(name);
        } else if (type == Optional.class) {
            object.remove(name);
        } else {
            throw invalid("the field \"" + name + "\" is missing", "add it");
        }
    }

    static ApiError invalid(String message, String remedy) {
        return new ApiError(ApiError.Code.INVALID, message, remedy);
    }
}
