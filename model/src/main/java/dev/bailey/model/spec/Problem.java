package dev.bailey.model.spec;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Something wrong, or doubtful, in a migration file.
 *
 * @param line from 1; 0 where the problem is the file as a whole
 * @param column from 1; 0 where the problem is the file as a whole
 * @param path the value's path in the file, such as {@code slices.orders.routes[2].match}; empty for the whole file
 * @param message value and expectation
 * @param remedy what to do; empty when the message says it
 */
public record Problem(int line, int column, String path, String message, String remedy, Severity severity) {

    /** In the order of the file. */
    public static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private static final int WIDEST = 120;
    private static final Pattern INLINE_SECRET =
            Pattern.compile("((?i:password|secret|token|authorization)[\"']?\\s*[:=]\\s*)(?!\\s*\\$\\{)[^\\s,}&]+");
    private static final Pattern PEM_SECRET = Pattern.compile("(-----BEGIN )[A-Z0-9 ]*(?:-----.*)?");
    private static final Pattern URL_SECRET = Pattern.compile("(://[^/\\s:@]*:)(?!\\$\\{)[^@\\s/]+(?=@)");

    /** An error keeps the file from being used; a warning does not. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /**
     * The problem as a person reads it: {@code orders.yaml:12:5: message}, the source line with a caret under the place,
     * and the remedy. Passwords that stand in the source line are not shown.
     *
     * @param fileName as the user named the file
     * @param text the file's text; empty when it could not be read
     */
    public String render(String fileName, String text) {
        StringBuilder out = new StringBuilder(fileName);
        if (line > 0) {
            out.append(':').append(line).append(':').append(column);
        }
        out.append(": ").append(isError() ? "" : "warning: ").append(message).append('\n');
        String source = line > 0 ? sourceLine(text) : "";
        if (!source.isBlank()) {
            appendSource(out, source);
        }
        if (!remedy.isEmpty()) {
            out.append("  fix: ").append(remedy).append('\n');
        }
        return out.toString();
    }

    private String sourceLine(String text) {
        return text.lines().skip(line - 1L).findFirst().orElse("");
    }

    private void appendSource(StringBuilder out, String source) {
        int from = Math.min(Math.max(0, column - 1 - WIDEST / 2), source.length());
        if (source.length() <= WIDEST) {
            from = 0;
        }
        int to = Math.min(source.length(), from + WIDEST);
        String number = String.format("%5d", line);
        out.append(number)
                .append(" | ")
                .append(shown(source.substring(from, to)))
                .append('\n');
        out.append(" ".repeat(number.length())).append(" | ").append(" ".repeat(Math.max(0, column - 1 - from)));
        out.append("^\n");
    }

    private static String shown(String source) {
        StringBuilder printable = new StringBuilder(source.length());
        source.chars().forEach(c -> printable.append(c == '\t' ? ' ' : Character.isISOControl(c) ? '?' : (char) c));
        String hidden = INLINE_SECRET.matcher(printable).replaceAll("$1…");
        String withoutKeys = PEM_SECRET.matcher(hidden).replaceAll("$1…");
        return URL_SECRET.matcher(withoutKeys).replaceAll("$1…");
    }
}
