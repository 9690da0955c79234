package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Health.Contracts;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds the OpenAPI documents of both sides against each other, for the routes of one slice: each route must be an operation of
 * legacy, its translated path one of modern, and where bodies are not translated, every member legacy's answer requires must be
 * in modern's. Pure.
 */
final class ContractCheck {

    private static final int MAX_REFERENCES = 32;

    private final Map<?, ?> legacy;
    private final Map<?, ?> modern;

    /** Both documents as trees of maps and lists. */
    ContractCheck(Map<?, ?> legacy, Map<?, ?> modern) {
        this.legacy = legacy;
        this.modern = modern;
    }

    Contracts check(SliceSpec slice) {
        List<String> differences = new ArrayList<>();
        for (RouteSpec route : slice.routes()) {
            if (!route.method().equals("*") && !route.path().endsWith("**")) {
                check(route, slice.translate().of(route), differences);
            }
        }
        return differences.isEmpty() ? new Contracts.Compatible() : new Contracts.Incompatible(differences);
    }

    private void check(RouteSpec route, TranslateSpec translate, List<String> differences) {
        Map<?, ?> before = operation(legacy, route.method(), route.path());
        String path = translate.requestPath().orElse(route.path());
        Map<?, ?> after = operation(modern, route.method(), path);
        if (before.isEmpty()) {
            differences.add("legacy's contract has no " + route.label());
        }
        if (after.isEmpty()) {
            differences.add("modern's contract has no " + route.method() + " " + path + " (for " + route.label() + ")");
        }
        if (translate.responseBody().isEmpty() && !before.isEmpty() && !after.isEmpty()) {
            Set<String> missing = new TreeSet<>(required(legacy, before));
            missing.removeAll(members(modern, after));
            missing.forEach(name -> differences.add(
                    "modern's answer to " + route.label() + " lacks the member " + name + ", which legacy's requires"));
        }
    }

    /** The operation of a path whose names may be spelled otherwise; an empty map when there is none. */
    private static Map<?, ?> operation(Map<?, ?> document, String method, String path) {
        for (Map.Entry<?, ?> entry : map(document.get("paths")).entrySet()) {
            if (shape(String.valueOf(entry.getKey())).equals(shape(path))) {
                return map(map(entry.getValue()).get(method.toLowerCase(Locale.ROOT)));
            }
        }
        return Map.of();
    }

    private static String shape(String path) {
        return path.replaceAll("[?].*", "").replaceAll("\\{[^}]*}", "{}");
    }

    private static Set<String> required(Map<?, ?> document, Map<?, ?> operation) {
        Set<String> names = new TreeSet<>();
        if (answerSchema(document, operation).get("required") instanceof List<?> required) {
            required.forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    private static Set<String> members(Map<?, ?> document, Map<?, ?> operation) {
        Set<String> names = new TreeSet<>();
        map(answerSchema(document, operation).get("properties"))
                .keySet()
                .forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    /** The JSON schema of the first 2xx answer; empty when there is none. */
    private static Map<?, ?> answerSchema(Map<?, ?> document, Map<?, ?> operation) {
        for (Map.Entry<?, ?> answer : map(operation.get("responses")).entrySet()) {
            if (String.valueOf(answer.getKey()).startsWith("2")) {
                Map<?, ?> content =
                        map(resolved(document, map(answer.getValue())).get("content"));
                return resolved(
                        document, map(map(content.get("application/json")).get("schema")));
            }
        }
        return Map.of();
    }

    /** Follows references inside the document. */
    private static Map<?, ?> resolved(Map<?, ?> document, Map<?, ?> node) {
        Map<?, ?> at = node;
        for (int i = 0;
                i < MAX_REFERENCES && at.get("$ref") instanceof String reference && reference.startsWith("#/");
                i++) {
            at = document;
            for (String step : reference.substring(2).split("/")) {
                at = map(at.get(step.replace("~1", "/").replace("~0", "~")));
            }
        }
        return at;
    }

    private static Map<?, ?> map(@Nullable Object node) {
        return node instanceof Map<?, ?> map ? map : Map.of();
    }
}
