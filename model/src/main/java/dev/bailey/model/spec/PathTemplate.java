package dev.bailey.model.spec;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Looks at path templates: literal segments, {@code {name}} for one segment, {@code **} at the end for any rest. */
final class PathTemplate {

    private static final Predicate<String> IS_NAME =
            Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_.-]*}").asMatchPredicate();
    private static final Predicate<String> IS_LITERAL =
            Pattern.compile("[A-Za-z0-9._~!$&'()+,;=:@%-]*").asMatchPredicate();
    private static final Pattern BRACES = Pattern.compile("\\{[^}]*}");

    private PathTemplate() {}

    /** What is wrong with a route's template; empty when nothing is. */
    static Optional<String> fault(String path) {
        if (!path.startsWith("/")) {
            return Optional.of("a path begins with '/'");
        }
        Set<String> names = new LinkedHashSet<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            boolean last = i + 1 == segments.length;
            if (segment.equals("**")) {
                if (!last) {
                    return Optional.of("'**' stands only at the end");
                }
            } else if (IS_NAME.test(segment)) {
                if (!names.add(segment)) {
                    return Optional.of("the name " + segment + " stands twice");
                }
            } else if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
                return Optional.of("'" + segment + "' is not a whole segment in braces such as {id}");
            } else if (segment.indexOf('*') >= 0) {
                return Optional.of("'" + segment + "' (expected {name} for one segment, or ** at the end)");
            } else if (segment.equals(".") || segment.equals("..")) {
                return Optional.of("'.' and '..' are no segments");
            } else if (segment.isEmpty() && !last) {
                return Optional.of("a segment is empty");
            } else if (!IS_LITERAL.test(segment)) {
                return Optional.of("'" + segment + "' holds a character that no path holds");
            }
        }
        return Optional.empty();
    }

    /** The names in braces, wherever they stand. */
    static Set<String> names(String template) {
        Set<String> names = new LinkedHashSet<>();
        int open = template.indexOf('{');
        while (open >= 0) {
            int close = template.indexOf('}', open);
            if (close < 0) {
                break;
            }
            names.add(template.substring(open + 1, close));
            open = template.indexOf('{', close);
        }
        return names;
    }

    /** The template with its names blotted out and without a slash at the end: equal for templates that match the same paths. */
    static String blank(String template) {
        String blank = BRACES.matcher(template).replaceAll("{}");
        return blank.length() > 1 && blank.endsWith("/") ? blank.substring(0, blank.length() - 1) : blank;
    }

    /** Whether a template matches any path that is the prefix or goes on below it; the prefix is literal. */
    static boolean mayBegin(String template, String prefix) {
        String[] theirs = template.substring(1).split("/", -1);
        String[] ours = prefix.substring(1).split("/", -1);
        for (int i = 0; i < ours.length; i++) {
            if (i >= theirs.length) {
                return false;
            }
            if (theirs[i].equals("**")) {
                return true;
            }
            if (!theirs[i].startsWith("{") && !theirs[i].equals(ours[i])) {
                return false;
            }
        }
        return true;
    }
}
