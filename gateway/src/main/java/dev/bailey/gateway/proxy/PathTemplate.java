package dev.bailey.gateway.proxy;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path with {@code {name}} places. */
final class PathTemplate {

    private static final Pattern NAME = Pattern.compile("\\{([^{}]+)}");

    private PathTemplate() {}

    static List<String> names(String template) {
        return NAME.matcher(template).results().map(found -> found.group(1)).toList();
    }

    /** Every value is encoded as one segment. */
    static String fill(String template, Map<String, String> values) {
        return NAME.matcher(template)
                .replaceAll(
                        found -> Matcher.quoteReplacement(PathText.encoded(values.getOrDefault(found.group(1), ""))));
    }
}
