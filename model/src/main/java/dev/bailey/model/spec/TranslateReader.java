package dev.bailey.model.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code translate}, of a slice or of one route. */
final class TranslateReader {

    private final Fields translate;
    private final ExpressionCheck expressions;

    TranslateReader(Fields translate, ExpressionCheck expressions) {
        this.translate = translate;
        this.expressions = expressions;
    }

    TranslateSpec read() {
        Optional<Fields> modern = translate.fields("modern", Shape.TRANSLATION);
        Optional<Fields> request = modern.flatMap(side -> side.fields("request", Shape.TRANSLATE_REQUEST));
        Optional<Fields> response = modern.flatMap(side -> side.fields("response", Shape.TRANSLATE_RESPONSE));
        return new TranslateSpec(
                request.flatMap(TranslateReader::path),
                request.flatMap(fields -> expression(fields, "body", expressions)),
                response.flatMap(fields -> expression(fields, "body", expressions)),
                Map.of());
    }

    private static Optional<String> path(Fields request) {
        return request.text("path").filter(path -> {
            if (path.matches("/[!-~]*") && path.indexOf('#') < 0) {
                return true;
            }
            request.error(
                    "path",
                    "'path' is '" + Fields.shortened(path) + "' (expected a path template)",
                    "write it as /v2/orders/{id}");
            return false;
        });
    }

    /** A JSONata expression whose syntax was looked at. */
    static Optional<String> expression(Fields fields, String key, ExpressionCheck expressions) {
        Optional<String> expression = fields.text(key);
        expression
                .flatMap(expressions::fault)
                .ifPresent(fault -> fields.error(
                        key,
                        "'" + key + "' is not a JSONata expression: " + Fields.shortened(fault),
                        "mend the expression"));
        return expression;
    }

    /**
     * Joins the slice's translation and those of its routes. A path template counts for the routes that have all its
     * names: the others keep their path, which is worth a warning.
     */
    static TranslateSpec joined(Fields slice, TranslateSpec usual, List<ReadRoute> routes) {
        Map<String, TranslateSpec> own = new HashMap<>();
        for (ReadRoute route : routes) {
            String label = route.spec().label();
            Set<String> names = PathTemplate.names(route.spec().path());
            TranslateSpec translate = route.translate().orElse(usual);
            Set<String> wanted =
                    translate.requestPath().map(PathTemplate::names).orElse(Set.of());
            if (!names.containsAll(wanted)) {
                String message = "translate path '" + translate.requestPath().orElse("") + "' holds a name that '"
                        + label + "' lacks";
                if (route.translate().isPresent()) {
                    slice.problems().error(route.at(), route.path(), message, "use only names of the route's own path");
                } else {
                    slice.problems()
                            .warning(
                                    route.at(),
                                    route.path(),
                                    message + ", so this route keeps its path",
                                    "use the map form with a translate of its own");
                    translate = new TranslateSpec(
                            Optional.empty(), translate.requestBody(), translate.responseBody(), Map.of());
                }
            }
            TranslateSpec before = own.put(label, translate);
            if (before != null && !before.equals(translate)) {
                slice.problems()
                        .error(
                                route.at(),
                                route.path(),
                                "two routes named '" + label + "' have different translations (expected one per name)",
                                "give them the same translate");
            }
        }
        own.values().removeIf(translate -> translate.equals(usual));
        return new TranslateSpec(usual.requestPath(), usual.requestBody(), usual.responseBody(), own);
    }
}
