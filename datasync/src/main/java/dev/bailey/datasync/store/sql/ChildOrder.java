package dev.bailey.datasync.store.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order a select ends with, taken out of it. MariaDB forgets the order of a select that another one reads from, unless
 * it has a limit; with one it reads all of its rows, whichever are asked for. So the order is put around it: what it is made of
 * becomes columns of the select, which are of no document.
 *
 * @param select without its order, and with the columns to order by
 * @param places columns that are only there to order by
 * @param order to be put behind the select, which is called {@code q}
 */
record ChildOrder(String select, List<String> places, String order) {

    ChildOrder {
        places = List.copyOf(places);
    }

    /** Of a select that is read as it is. */
    static ChildOrder asItIs(String select) {
        return new ChildOrder(select, List.of(), "");
    }

    private static final String PLACE = "_place_";

    private static final String NAME = "(?:[\\p{L}_][\\p{L}\\p{N}_$]*|`[^`]+`)";
    private static final Pattern COLUMN =
            Pattern.compile("(" + NAME + "(?:[.]" + NAME + ")*)(?:\\s+(asc|desc))?", Pattern.CASE_INSENSITIVE);
    private static final String ALL_ROWS = "\nlimit 18446744073709551615";

    private static final Set<String> LIMITS = Set.of("limit", "fetch");

    /** With one of these a select's rows are not those of its tables. */
    private static final Set<String> OTHERWISE =
            Set.of("distinct", "union", "intersect", "except", "group", "having", "window", "for", "procedure", "with");

    /** A word at the outermost level. */
    private record Word(String text, int start, int end) {}

    /** @param labels of the select's columns */
    static ChildOrder of(String select, Set<String> labels) {
        List<Word> words = words(select);
        int by = last(words, "order");
        boolean ordered = by > 0
                && by + 1 < words.size()
                && words.get(by + 1).text.equals("by")
                && words.stream().skip(by).noneMatch(word -> LIMITS.contains(word.text));
        return ordered ? around(select, labels, words, by).orElseGet(() -> asItIs(select + ALL_ROWS)) : asItIs(select);
    }

    /** Empty where the order is of other things than columns, or rows are put together. */
    private static Optional<ChildOrder> around(String select, Set<String> labels, List<Word> words, int by) {
        int from = first(words, "from");
        if (from < 0
                || from > by
                || !words.getFirst().text.equals("select")
                || words.stream().map(Word::text).anyMatch(OTHERWISE::contains)) {
            return Optional.empty();
        }
        List<String> columns = new ArrayList<>();
        List<String> places = new ArrayList<>();
        List<String> order = new ArrayList<>();
        for (String item :
                withoutComments(select.substring(words.get(by + 1).end)).split(",", -1)) {
            Matcher column = COLUMN.matcher(item.strip());
            if (!column.matches()) {
                return Optional.empty();
            }
            String name = column.group(1);
            if (!labels.contains(name.replace("`", "").toLowerCase(Locale.ROOT))) {
                places.add(PLACE + (places.size() + 1));
                columns.add(name + " as " + places.getLast());
                name = places.getLast();
            }
            order.add("q." + name + (column.group(2) == null ? "" : " " + column.group(2)));
        }
        int at = words.get(from).start;
        // On a line of their own: the one before may end with a comment.
        String more = columns.isEmpty() ? "" : "\n, " + String.join(", ", columns);
        return Optional.of(new ChildOrder(
                select.substring(0, at).stripTrailing() + more + "\n"
                        + select.substring(at, words.get(by).start).stripTrailing(),
                places,
                " order by " + String.join(", ", order)));
    }

    private static int first(List<Word> words, String text) {
        return words.stream().map(Word::text).toList().indexOf(text);
    }

    private static int last(List<Word> words, String text) {
        return words.stream().map(Word::text).toList().lastIndexOf(text);
    }

    /** Outside brackets, texts, quoted names and comments, in small letters. */
    private static List<Word> words(String sql) {
        List<Word> words = new ArrayList<>();
        int depth = 0;
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int end = behind(sql, at);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (depth == 0 && (Character.isLetter(c) || c == '_')) {
                words.add(new Word(sql.substring(at, end).toLowerCase(Locale.ROOT), at, end));
            }
            at = end;
        }
        return words;
    }

    private static String withoutComments(String sql) {
        StringBuilder rest = new StringBuilder();
        int at = 0;
        while (at < sql.length()) {
            int end = behind(sql, at);
            rest.append(isComment(sql, at) ? " " : sql.substring(at, end));
            at = end;
        }
        return rest.toString();
    }

    /** Two dashes are one only before white space. */
    private static boolean isComment(String sql, int at) {
        return sql.charAt(at) == '#'
                || sql.startsWith("/*", at)
                || (sql.startsWith("--", at) && (at + 2 == sql.length() || Character.isWhitespace(sql.charAt(at + 2))));
    }

    /** Where the word, text, name or comment ends that begins here. */
    private static int behind(String sql, int at) {
        char c = sql.charAt(at);
        if (c == '\'' || c == '"' || c == '`') {
            int end = at + 1;
            while (end < sql.length() && sql.charAt(end) != c) {
                end += sql.charAt(end) == '\\' && c != '`' ? 2 : 1;
            }
            return Math.min(sql.length(), end + 1);
        }
        if (isComment(sql, at)) {
            String last = c == '/' ? "*/" : "\n";
            int end = sql.indexOf(last, c == '/' ? at + 2 : at);
            return end < 0 ? sql.length() : end + last.length();
        }
        int end = at + 1;
        if (Character.isLetterOrDigit(c) || c == '_') {
            while (end < sql.length()
                    && (Character.isLetterOrDigit(sql.charAt(end))
                            || sql.charAt(end) == '_'
                            || sql.charAt(end) == '$')) {
                end++;
            }
        }
        return end;
    }
}
