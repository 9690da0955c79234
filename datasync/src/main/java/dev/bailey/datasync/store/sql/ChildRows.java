package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec.ChildTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/**
 * The rows of a nested array. Only what differs is written: of an array whose elements have a key, the elements that differ;
 * else the whole array. Deletes come first, then updates, then inserts, so that a value may pass from one element to another.
 */
final class ChildRows {

    /** In the columns: the element's position, counted from 0. In the values: the parent's key. */
    static final String INDEX = "_index";

    private final SqlDialect dialect;
    private final String field;
    private final ChildTable spec;
    private final WrittenKey parent;
    private final List<Column> columns;
    private final List<Column> keys;
    private final List<Column> others;
    private final String insert;
    private final String deleteAll;

    private record Element(EntityKey parent, JsonNode node, int index) {}

    ChildRows(SqlDialect dialect, String field, ChildTable spec, WrittenKey parentKey, Connection connection)
            throws SQLException {
        this.dialect = dialect;
        this.field = field;
        this.spec = spec;
        this.columns = Column.all(connection, spec.table(), spec.columns(), spec.values(), spec.ids());
        this.parent = parentKey.at(spec.parent(), spec.values());
        this.keys = columns.stream()
                .filter(column -> spec.key().contains(column.field()))
                .toList();
        this.others = columns.stream().filter(column -> !keys.contains(column)).toList();
        List<Column> all = new ArrayList<>(columns);
        all.addAll(0, parent.columns());
        this.insert = dialect.insertVerb() + " " + spec.table() + " (" + Column.names(all) + ") values ("
                + Column.expressions(all) + ")";
        this.deleteAll = "delete from " + spec.table() + " where " + parent.equation();
    }

    String field() {
        return field;
    }

    ChildTable spec() {
        return spec;
    }

    WrittenKey parent() {
        return parent;
    }

    List<Column> columns() {
        return columns;
    }

    /** What makes the rows of some documents' arrays what the documents say. */
    record Changes(List<EntityKey> cleared, List<Element> removed, List<Element> changed, List<Element> added) {}

    /**
     * @param held what the arrays are now
     */
    Changes changes(List<Document> documents, Map<EntityKey, Document> held) {
        Changes changes = new Changes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Document document : documents) {
            List<Element> want = elements(document.key(), document.body().path(field));
            Document now = held.get(document.key());
            List<Element> have =
                    now == null ? List.of() : elements(now.key(), now.body().path(field));
            if (!want.equals(have)) {
                compare(document.key(), want, have, changes);
            }
        }
        return changes;
    }

    private void compare(EntityKey of, List<Element> want, List<Element> have, Changes changes) {
        Optional<Map<List<JsonNode>, Element>> wanted = byKey(want);
        Optional<Map<List<JsonNode>, Element>> present = byKey(have);
        if (wanted.isEmpty() || present.isEmpty()) {
            changes.cleared.add(of);
            changes.added.addAll(want);
            return;
        }
        for (Element element : want) {
            Element before = present.get().remove(keyOf(element));
            if (before == null) {
                changes.added.add(element);
            } else if (differ(element, before)) {
                changes.changed.add(element);
            }
        }
        changes.removed.addAll(present.get().values());
    }

    /** The first half: what is too much. */
    void remove(Connection connection, KeyKind kind, Changes changes) throws SQLException {
        WrittenTable.deleteAll(connection, deleteAll, parent, kind, changes.cleared);
        run(connection, kind, "delete from " + spec.table() + where(), List.of(), true, changes.removed);
    }

    /** The second half: what is otherwise, or not there. */
    void put(Connection connection, KeyKind kind, Changes changes) throws SQLException {
        if (!others.isEmpty()) {
            String set = others.stream().map(Column::equation).collect(Collectors.joining(", "));
            String update = dialect.updateVerb() + " " + spec.table() + " set " + set + where();
            run(connection, kind, update, others, true, changes.changed);
        }
        run(connection, kind, insert, columns, false, changes.added);
    }

    private String where() {
        return " where " + parent.equation()
                + keys.stream().map(column -> " and " + column.equation()).collect(Collectors.joining());
    }

    private List<Element> elements(EntityKey parentKey, JsonNode array) {
        List<Element> elements = new ArrayList<>();
        array.forEach(node -> elements.add(new Element(parentKey, node, elements.size())));
        return elements;
    }

    /** Empty where the elements cannot be told from one another. */
    private Optional<Map<List<JsonNode>, Element>> byKey(List<Element> elements) {
        Map<List<JsonNode>, Element> byKey = new HashMap<>();
        for (Element element : elements) {
            List<JsonNode> key = keyOf(element);
            if (key.size() < keys.size() || keys.isEmpty() || byKey.put(key, element) != null) {
                return keys.isEmpty() && elements.isEmpty() ? Optional.of(byKey) : Optional.empty();
            }
        }
        return Optional.of(byKey);
    }

    private List<JsonNode> keyOf(Element element) {
        List<JsonNode> key = new ArrayList<>();
        for (Column column : keys) {
            @Nullable JsonNode value = element.node.get(column.field());
            if (value != null && !value.isNull()) {
                key.add(value);
            }
        }
        return key;
    }

    private boolean differ(Element a, Element b) {
        return !a.node.equals(b.node) || spec.columns().containsKey(INDEX) && a.index != b.index;
    }

    /** @param addressed whether the statement ends with the condition that finds an element, else begins with its parent */
    private void run(
            Connection connection,
            KeyKind kind,
            String sql,
            List<Column> values,
            boolean addressed,
            Collection<Element> elements)
            throws SQLException {
        if (elements.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Element element : elements) {
                int parameter = addressed ? 1 : parent.bind(statement, 1, kind, element.parent);
                parameter = bind(statement, parameter, values, element);
                if (addressed) {
                    parameter = parent.bind(statement, parameter, kind, element.parent);
                    bind(statement, parameter, keys, element);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private int bind(PreparedStatement statement, int first, List<Column> bound, Element element) throws SQLException {
        int parameter = first;
        for (Column column : bound) {
            @Nullable
            JsonNode value =
                    column.field().equals(INDEX) ? IntNode.valueOf(element.index) : element.node.get(column.field());
            parameter = column.bind(dialect, statement, parameter, value);
        }
        return parameter;
    }

    void delete(Connection connection, KeyKind kind, Collection<EntityKey> parents) throws SQLException {
        WrittenTable.deleteAll(connection, deleteAll, parent, kind, parents);
    }
}
