package dev.bailey.datasync.store.sql;

import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Declared names as they stand in statements: in quotes, so that a table or column may be called as a word of SQL is. They mean
 * what they would mean without: PostgreSQL looks for {@code Total} as {@code total}. What is no plain name, one in quotes of
 * its own or an expression, stays as it is declared.
 */
final class QuotedNames {

    private static final String WORD = "[\\p{L}_][\\p{L}\\p{N}_$]*";
    private static final Pattern COLUMN = Pattern.compile(WORD);
    private static final Pattern TABLE = Pattern.compile(WORD + "([.]" + WORD + ")*");

    private final SqlDialect dialect;
    private final Consumer<String> plain;

    QuotedNames(SqlDialect dialect) {
        this(dialect, _ -> {});
    }

    private QuotedNames(SqlDialect dialect, Consumer<String> plain) {
        this.dialect = dialect;
        this.plain = plain;
    }

    String column(String declared) {
        return COLUMN.matcher(declared).matches() ? word(declared) : declared;
    }

    /** With or without its schema. */
    String table(String declared) {
        return TABLE.matcher(declared).matches()
                ? Arrays.stream(declared.split("[.]")).map(this::word).collect(Collectors.joining("."))
                : declared;
    }

    private String word(String name) {
        plain.accept(name);
        return switch (dialect) {
            case POSTGRESQL -> dialect.quoted(folded(name));
            case MARIADB -> dialect.quoted(name);
            // It takes a name in double quotes that it does not find for a text.
            case SQLITE -> "`" + name + "`";
        };
    }

    /**
     * Plain names among the declared ones in which the database sees others: as PostgreSQL folds what is not in quotes, and as
     * it is folded here. A database in an encoding of single bytes folds every letter that its locale has a small one for.
     */
    static Map<String, String> foldedOtherwise(Connection connection, WriteTable write) throws SQLException {
        Set<String> words = new TreeSet<>();
        new QuotedNames(SqlDialect.POSTGRESQL, words::add).in(write);
        Map<String, String> others = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("select (parse_ident(cast(? as text)))[1]")) {
            for (String word : words) {
                if (word.chars().allMatch(c -> c < 0x80)) {
                    continue;
                }
                statement.setString(1, word);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next() && !folded(word).equals(row.getString(1))) {
                        others.put(word, row.getString(1));
                    }
                }
            }
        }
        return others;
    }

    /** As PostgreSQL folds names that are not in quotes where the encoding is UTF-8: ASCII alone. */
    static String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        name.chars().map(c -> c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c).forEach(c -> folded.append((char) c));
        return folded.toString();
    }

    /** A name or several, for a message. */
    static String shown(String quoted) {
        return quoted.replaceAll("[\"`]", "");
    }

    /** With every name in it as it stands in statements. */
    WriteTable in(WriteTable write) {
        return new WriteTable(
                table(write.table()),
                columns(write.columns()),
                write.values(),
                each(write.ids(), this::ids),
                parts(write.parts()),
                each(write.children(), this::child),
                write.marks().map(this::table));
    }

    private Map<String, String> columns(Map<String, String> columns) {
        return each(columns, this::column);
    }

    private Map<String, PartTable> parts(Map<String, PartTable> parts) {
        Map<String, PartTable> quoted = new LinkedHashMap<>();
        parts.forEach((table, part) -> quoted.put(
                table(table), new PartTable(key(part.key()), columns(part.columns()), part.values(), part.before())));
        return quoted;
    }

    private ChildTable child(ChildTable child) {
        return new ChildTable(
                table(child.table()),
                key(child.parent()),
                columns(child.columns()),
                child.values(),
                each(child.ids(), this::ids),
                child.key());
    }

    private IdTable ids(IdTable ids) {
        return new IdTable(table(ids.table()), column(ids.key()), column(ids.own()), ids.mint());
    }

    private KeyNames key(KeyNames key) {
        return new KeyNames(key.names().stream().map(this::column).toList());
    }

    private static <T> Map<String, T> each(Map<String, T> map, Function<T, T> quoted) {
        Map<String, T> all = new LinkedHashMap<>();
        map.forEach((name, value) -> all.put(name, quoted.apply(value)));
        return all;
    }
}
