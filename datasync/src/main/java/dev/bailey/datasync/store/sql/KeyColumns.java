package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.KeyCondition.Value;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The columns of a select that hold canonical keys, in the order of the key's parts, and the conditions on them. Keys of
 * several parts are compared as rows, {@code (a, b) > (?, ?)}, where the database finds its way in an index by that; MariaDB
 * does not, so there it is said part by part.
 */
record KeyColumns(List<KeyColumn> columns) {

    KeyColumns {
        columns = List.copyOf(columns);
    }

    /** Looks what they are; empty on SQLite while there is no row that would tell. */
    static Optional<KeyColumns> find(SqlDialect dialect, Connection connection, String from, List<String> names)
            throws SQLException, StoreException {
        List<KeyColumn> found = new ArrayList<>(names.size());
        for (String name : names) {
            KeyColumn.find(dialect, connection, from, name).ifPresent(found::add);
        }
        return found.size() == names.size() ? Optional.of(new KeyColumns(found)) : Optional.empty();
    }

    KeyKind kind() {
        return new KeyKind(columns.stream().map(KeyColumn::kind).toList());
    }

    int count() {
        return columns.size();
    }

    /** Whether a lookup may find keys that are spelled otherwise, and does so without being told to. */
    boolean isBlurred() {
        return columns.stream().anyMatch(KeyColumn::isBlurred);
    }

    /** Whether the columns could hold this key at all. */
    boolean takes(EntityKey key) {
        return refusing(key).isEmpty() && KeyParts.of(key, count()).isPresent();
    }

    /** The column that could not hold its part of a key. */
    Optional<KeyColumn> refusing(EntityKey key) {
        List<String> parts = KeyParts.of(key, count()).orElse(List.of());
        for (int i = 0; i < parts.size(); i++) {
            if (!columns.get(i).takes(parts.get(i))) {
                return Optional.of(columns.get(i));
            }
        }
        return Optional.empty();
    }

    /** The columns, to be selected. */
    String selected() {
        return listed(KeyColumn::quoted, ", ");
    }

    /** The columns under names of their own. */
    String selected(String prefix) {
        List<String> named = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            named.add(columns.get(i).quoted() + " as " + prefix + i);
        }
        return String.join(", ", named);
    }

    /** The expressions ranges are cut by, under names of their own. */
    String compared(String prefix) {
        List<String> named = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            named.add(columns.get(i).ordered() + " as " + prefix + i);
        }
        return String.join(", ", named);
    }

    /** Such names, each followed by the same words. */
    String named(String prefix, String words, String between) {
        List<String> named = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            named.add(prefix + i + words);
        }
        return String.join(between, named);
    }

    /** What rows are ordered by. */
    String ascending() {
        return listed(KeyColumn::ordered, ", ");
    }

    String descending() {
        return listed(column -> column.ordered() + " desc", ", ");
    }

    private String listed(Function<KeyColumn, String> each, String between) {
        return columns.stream().map(each).collect(Collectors.joining(between));
    }

    /**
     * The condition of a range; none for the whole. What both bounds have in common is asked for as it is: so a database that
     * knows a row comparison only by its first part sees how few rows a chunk within one tenant is.
     */
    KeyCondition in(KeyRange range) {
        List<EntityKey> bounds = new ArrayList<>(2);
        range.after().ifPresent(bounds::add);
        range.upTo().ifPresent(bounds::add);
        List<String> expressions = comparable(bounds);
        int common = bounds.size() == 2 ? common(bounds.getFirst(), bounds.getLast()) : 0;
        KeyCondition condition = KeyCondition.NONE;
        for (int i = 0; i < common; i++) {
            Value value = values(bounds.getFirst()).get(i);
            condition = condition.and(new KeyCondition(expressions.get(i) + " = ?", List.of(value)));
        }
        if (range.after().isPresent()) {
            condition = condition.and(beyond(expressions, values(range.after().get()), common, ">", ">"));
        }
        if (range.upTo().isPresent()) {
            condition = condition.and(beyond(expressions, values(range.upTo().get()), common, "<", "<="));
        }
        return condition;
    }

    /** How many first parts two keys share, at most all but the last. */
    private int common(EntityKey one, EntityKey other) {
        List<Value> left = values(one);
        List<Value> right = values(other);
        int common = 0;
        while (common < count() - 1 && left.get(common).equals(right.get(common))) {
            common++;
        }
        return common;
    }

    /**
     * The condition of keys up to one.
     *
     * @param among keys that are compared in the same statement, itself among them
     */
    KeyCondition upTo(EntityKey key, Collection<EntityKey> among) {
        return beyond(comparable(among), values(key), 0, "<", "<=");
    }

    /**
     * @param from the first part that is compared
     * @param strict what decides where parts differ, and {@code last} where all before the last are equal
     */
    private KeyCondition beyond(List<String> all, List<Value> key, int from, String strict, String last) {
        List<String> expressions = all.subList(from, count());
        List<Value> values = key.subList(from, count());
        if (expressions.size() == 1) {
            return new KeyCondition(expressions.getFirst() + " " + last + " ?", values);
        }
        if (columns.getFirst().dialect() != SqlDialect.MARIADB) {
            String sql = "(" + String.join(", ", expressions) + ") " + last + " (" + marks(expressions.size()) + ")";
            return new KeyCondition(sql, values);
        }
        List<Value> bound = new ArrayList<>();
        bound.add(values.getFirst());
        String sql = nested(expressions, values, 0, strict, last, bound);
        // The first part alone bounds the range, whatever the optimizer makes of the rest.
        return new KeyCondition("(" + expressions.getFirst() + " " + strict + "= ? and " + sql + ")", bound);
    }

    private static String nested(
            List<String> expressions, List<Value> values, int at, String strict, String last, List<Value> bound) {
        String expression = expressions.get(at);
        bound.add(values.get(at));
        if (at == expressions.size() - 1) {
            return expression + " " + last + " ?";
        }
        bound.add(values.get(at));
        return "(" + expression + " " + strict + " ? or (" + expression + " = ? and "
                + nested(expressions, values, at + 1, strict, last, bound) + "))";
    }

    /** The expressions these keys can be held against. */
    private List<String> comparable(Collection<EntityKey> keys) {
        List<List<String>> split = keys.stream().map(kind()::split).toList();
        List<String> expressions = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            int part = i;
            expressions.add(columns.get(i)
                    .comparable(split.stream().map(parts -> parts.get(part)).toList()));
        }
        return expressions;
    }

    /**
     * The condition of some keys by themselves; it may find others that only look the same.
     *
     * @param keys at least one, each such as {@link #takes} takes
     */
    KeyCondition oneOf(Collection<EntityKey> keys) {
        List<EntityKey> asked = new ArrayList<>(keys);
        // Rounded up to a power of two, so that the database sees few different statements.
        int slots = asked.size() == 1 ? 1 : Integer.highestOneBit(asked.size() - 1) << 1;
        asked.addAll(Collections.nCopies(slots - asked.size(), asked.getLast()));
        List<Value> values = asked.stream().flatMap(key -> values(key).stream()).toList();
        String equated = listed(KeyColumn::equated, ", ");
        if (count() == 1) {
            return new KeyCondition(equated + " in (" + marks(slots) + ")", values);
        }
        String rows = String.join(", ", Collections.nCopies(slots, "(" + marks(count()) + ")"));
        // SQLite takes a list of rows only as a select.
        String list = columns.getFirst().dialect() == SqlDialect.SQLITE ? "values " + rows : rows;
        return new KeyCondition("(" + equated + ") in (" + list + ")", values);
    }

    private List<Value> values(EntityKey key) {
        List<String> parts = kind().split(key);
        List<Value> values = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            values.add(new Value(columns.get(i).kind(), parts.get(i)));
        }
        return values;
    }

    private static String marks(int many) {
        return "?" + ", ?".repeat(many - 1);
    }

    /** The key in a row's columns from one on. */
    EntityKey read(ResultSet rows, int first) throws SQLException, StoreException {
        List<JsonNode> parts = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            parts.add(CellReader.read(columns.get(i).dialect(), rows, first + i));
        }
        return keyOf(kind(), parts);
    }

    /** A key of a kind out of its parts as they were read. */
    static EntityKey keyOf(KeyKind kind, List<JsonNode> values) throws StoreException {
        List<String> parts = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            parts.add(part(kind.parts().get(i), values.get(i)));
        }
        return KeyParts.joined(parts);
    }

    private static String part(KeyPart kind, JsonNode value) throws StoreException {
        boolean fits = switch (kind) {
            case INTEGER -> value.isNumber() && value.decimalValue().scale() <= 0;
            case TEXT, UUID -> value.isString() && !value.stringValue().isEmpty();
        };
        if (!fits) {
            throw new StoreException("a key is "
                    + value.getNodeType().name().toLowerCase(Locale.ROOT) + " where others are of kind "
                    + kind.label() + "; cast it in the select");
        }
        return value.isNumber() ? value.decimalValue().toPlainString() : value.stringValue();
    }
}
