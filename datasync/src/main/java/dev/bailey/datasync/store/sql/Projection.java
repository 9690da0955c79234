package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The declared selects, asked for ranges and keys: {@code select * from (<read>) q where q."id" > ? …}, so that both sides
 * are asked in terms of the canonical key whatever their own keys are. The nested arrays of a page cost one query each.
 */
final class Projection {

    /** Column of a child select that holds the parent's key. */
    static final String PARENT = "_key";

    /** Rows of nested arrays that are under way at once. */
    private static final int PORTION = 1_000;

    /** Keys of which it is looked whether each is there once. */
    private static final int LOOKED_AT = 100_000;

    private final SqlDialect dialect;
    private final String keyField;
    private final String read;
    private final Map<String, String> children;
    private final Map<String, KeyColumn> known = new ConcurrentHashMap<>();

    Projection(SqlDialect dialect, String keyField, SqlStore spec) {
        this.dialect = dialect;
        this.keyField = keyField;
        this.read = select(spec.read());
        Map<String, String> selects = new LinkedHashMap<>();
        spec.children().forEach((field, sql) -> selects.put(field, select(sql)));
        this.children = Collections.unmodifiableMap(selects);
    }

    private static String select(String sql) {
        String bare = sql.strip();
        while (bare.endsWith(";")) {
            bare = bare.substring(0, bare.length() - 1).strip();
        }
        // On its own lines, so that a comment at the end of the select does not hide the bracket.
        return "(\n" + bare + "\n) q";
    }

    /** The key's column; empty while there is no row. Remembered once it is known. */
    Optional<KeyColumn> key(Connection connection) throws SQLException, StoreException {
        return column(connection, read, keyField);
    }

    /** The column of a child select that holds the parent's key; empty while there is no row. */
    Optional<KeyColumn> parent(Connection connection, String field) throws SQLException, StoreException {
        return column(connection, from(Optional.of(field)), PARENT);
    }

    private Optional<KeyColumn> column(Connection connection, String from, String name)
            throws SQLException, StoreException {
        KeyColumn remembered = known.get(from);
        if (remembered != null) {
            return Optional.of(remembered);
        }
        Optional<KeyColumn> found = KeyColumn.find(dialect, connection, from, name);
        found.ifPresent(column -> known.put(from, column));
        return found;
    }

    /** The select, to be read from. */
    String from() {
        return read;
    }

    private String from(Optional<String> child) {
        return child.map(children::get).orElse(read);
    }

    /** Column labels of the select or of a child's select. */
    List<String> labels(Connection connection, Optional<String> child) throws SQLException {
        String sql = "select * from " + from(child) + " where 1 = 0";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData data = rows.getMetaData();
            List<String> labels = new ArrayList<>();
            for (int i = 1; i <= data.getColumnCount(); i++) {
                labels.add(data.getColumnLabel(i));
            }
            return labels;
        }
    }

    /** The select or a child's, asked for its first rows in any order. */
    String first(Optional<String> child, int rows) {
        return "select * from " + from(child) + " limit " + rows;
    }

    /** The select, asked for its first row in the order of keys. */
    String ordered(KeyColumn key) {
        return "select * from " + read + " order by " + key.ordered() + " limit 1";
    }

    /** A row whose key is null. */
    String nullKeys(KeyColumn key) {
        return "select 1 from (select " + key.quoted() + " as k from " + read + " limit " + LOOKED_AT
                + ") s where k is null limit 1";
    }

    /** A key that is there twice among the first ones. */
    String twiceKeys(KeyColumn key) {
        return "select k from (select " + key.ordered() + " as k from " + read + " order by " + key.ordered()
                + " limit " + LOOKED_AT + ") s where k is not null group by k having count(*) > 1 limit 1";
    }

    /** The select, asked for no row at all: what tells its columns. */
    String none() {
        return "select * from " + read + " where 1 = 0";
    }

    List<Document> scan(Connection connection, KeyColumn key, KeyRange range, int limit)
            throws SQLException, StoreException {
        String sql = "select * from " + read + key.where(range) + " order by " + key.ordered() + " limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(bind(statement, key.kind(), range), limit);
            return documents(connection, key, statement);
        }
    }

    /** Rows of a range in key order, fetched piece by piece. */
    void rows(Connection connection, KeyColumn key, KeyRange range, int fetch, Rows each)
            throws SQLException, StoreException {
        String sql = "select * from " + read + key.where(range) + " order by " + key.ordered();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, key.kind(), range);
            statement.setFetchSize(fetch);
            try (ResultSet rows = statement.executeQuery()) {
                each.take(rows);
            }
        }
    }

    /** Takes an open result. */
    @FunctionalInterface
    interface Rows {
        void take(ResultSet rows) throws SQLException, StoreException;
    }

    List<Document> read(Connection connection, KeyColumn key, Collection<EntityKey> keys)
            throws SQLException, StoreException {
        List<EntityKey> possible = keys.stream().filter(key::takes).toList();
        if (possible.isEmpty()) {
            return List.of();
        }
        String sql = "select * from " + read + " where " + key.equated() + " in (" + marks(possible.size()) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, key.kind(), possible);
            Set<EntityKey> asked = Set.copyOf(possible);
            // A collation may find keys that only look the same.
            return documents(connection, key, statement).stream()
                    .filter(document -> asked.contains(document.key()))
                    .toList();
        }
    }

    /** These keys' nested arrays alone, each in a document of its key and the arrays. */
    Map<EntityKey, Document> arrays(
            Connection connection, KeyKind kind, Collection<EntityKey> keys, Collection<String> fields)
            throws SQLException, StoreException {
        Map<EntityKey, ObjectNode> bodies = new LinkedHashMap<>();
        for (EntityKey key : keys) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.set(keyField, CanonicalForm.keyNode(kind, key));
            bodies.put(key, body);
        }
        for (String field : fields) {
            attach(connection, kind, field, bodies);
        }
        Map<EntityKey, Document> documents = new HashMap<>();
        for (ObjectNode body : bodies.values()) {
            Document document = Document.of(keyField, body);
            documents.put(document.key(), document);
        }
        return documents;
    }

    /** What tells this way of reading from another one: documents of two are not held against each other. */
    String reading() {
        return read + children;
    }

    long count(Connection connection, KeyColumn key, KeyRange range) throws SQLException {
        String sql = "select count(*) from " + read + key.where(range);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, key.kind(), range);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    Optional<EntityKey> last(Connection connection, KeyColumn key) throws SQLException, StoreException {
        String sql = "select " + key.quoted() + " from " + read + " order by " + key.ordered() + " desc limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return firstKey(statement, key.kind());
        }
    }

    Optional<EntityKey> nth(Connection connection, KeyColumn key, KeyRange range, int position)
            throws SQLException, StoreException {
        String sql = "select " + key.quoted() + " from " + read + key.where(range) + " order by " + key.ordered()
                + " limit 1 offset ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(bind(statement, key.kind(), range), position - 1);
            return firstKey(statement, key.kind());
        }
    }

    /** Every {@code step}-th key of a range, at most {@code most}, in one walk over the keys. */
    List<EntityKey> cuts(Connection connection, KeyColumn key, KeyRange range, int step, int most)
            throws SQLException, StoreException {
        String sql = "select k from (select " + key.quoted() + " as k, row_number() over (order by " + key.ordered()
                + ") as n from " + read + key.where(range) + " order by " + key.ordered()
                + " limit ?) c where n % ? = 0 order by n";
        List<EntityKey> cuts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = bind(statement, key.kind(), range);
            statement.setLong(parameter, (long) step * most);
            statement.setInt(parameter + 1, step);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    cuts.add(keyOf(key.kind(), CellReader.read(dialect, rows, 1)));
                }
            }
        }
        return cuts;
    }

    private Optional<EntityKey> firstKey(PreparedStatement statement, KeyKind kind)
            throws SQLException, StoreException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(keyOf(kind, CellReader.read(dialect, rows, 1))) : Optional.empty();
        }
    }

    private List<Document> documents(Connection connection, KeyColumn key, PreparedStatement statement)
            throws SQLException, StoreException {
        Map<EntityKey, ObjectNode> bodies = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ObjectNode body = row(rows, "");
                EntityKey entity = keyOf(key.kind(), body.path(keyField));
                if (!key.takes(entity)) {
                    throw new StoreException(
                            "a key ends in a space or holds a control character, which the collation of "
                                    + keyField
                                    + " does not tell from others (expected none); read it with a collation that does:"
                                    + " convert(… using utf8mb4) collate utf8mb4_nopad_bin as " + keyField);
                }
                if (bodies.put(entity, body) != null) {
                    throw StoreException.twice(entity);
                }
            }
        }
        if (!bodies.isEmpty()) {
            for (String field : children.keySet()) {
                attach(connection, key.kind(), field, bodies);
            }
        }
        List<Document> documents = new ArrayList<>(bodies.size());
        for (ObjectNode body : bodies.values()) {
            documents.add(Document.of(keyField, body));
        }
        return documents;
    }

    private void attach(Connection connection, KeyKind kind, String field, Map<EntityKey, ObjectNode> bodies)
            throws SQLException, StoreException {
        Map<EntityKey, ArrayNode> arrays = new HashMap<>();
        bodies.forEach((key, body) -> arrays.put(key, body.putArray(field)));
        Optional<KeyColumn> parent = parent(connection, field);
        if (parent.isEmpty()) {
            return;
        }
        // Without an order of its own around it, the select's own order is the order of the elements.
        String sql = "select * from " + from(Optional.of(field)) + " where "
                + parent.get().equated() + " in (" + marks(bodies.size()) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parent.get().kind(), bodies.keySet());
            // Rows travel in portions: nobody knows how many a parent has.
            statement.setFetchSize(PORTION);
            try (ResultSet rows = statement.executeQuery()) {
                int column = rows.findColumn(PARENT);
                while (rows.next()) {
                    ArrayNode array = arrays.get(keyOf(kind, CellReader.read(dialect, rows, column)));
                    if (array != null) {
                        array.add(row(rows, PARENT));
                    }
                }
            }
        }
    }

    private ObjectNode row(ResultSet rows, String except) throws SQLException, StoreException {
        ResultSetMetaData data = rows.getMetaData();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            String label = data.getColumnLabel(i);
            if (!label.equals(except)) {
                node.set(label, CellReader.read(dialect, rows, i));
            }
        }
        return node;
    }

    static EntityKey keyOf(KeyKind kind, JsonNode value) throws StoreException {
        boolean fits = switch (kind) {
            case INTEGER -> value.isNumber() && value.decimalValue().scale() <= 0;
            case TEXT, UUID -> value.isString() && !value.stringValue().isEmpty();
        };
        if (!fits) {
            throw new StoreException("a key is "
                    + value.getNodeType().name().toLowerCase(Locale.ROOT) + " where others are of kind "
                    + kind.label() + "; cast it in the select");
        }
        return new EntityKey(value.isNumber() ? value.decimalValue().toPlainString() : value.stringValue());
    }

    private static String marks(int keys) {
        // Rounded up to a power of two, so that the database sees few different statements.
        return "?" + ", ?".repeat(slots(keys) - 1);
    }

    private static int slots(int keys) {
        return keys <= 1 ? 1 : Integer.highestOneBit(keys - 1) << 1;
    }

    private static void bind(PreparedStatement statement, KeyKind kind, Collection<EntityKey> keys)
            throws SQLException {
        int parameter = 1;
        EntityKey last = keys.iterator().next();
        for (EntityKey key : keys) {
            ValueBinder.key(statement, parameter++, kind, key);
            last = key;
        }
        while (parameter <= slots(keys.size())) {
            ValueBinder.key(statement, parameter++, kind, last);
        }
    }

    private static int bind(PreparedStatement statement, KeyKind kind, KeyRange range) throws SQLException {
        return bind(statement, 1, kind, range);
    }

    /** Binds a range's bounds from a parameter on; returns the next one. */
    static int bind(PreparedStatement statement, int first, KeyKind kind, KeyRange range) throws SQLException {
        int parameter = first;
        if (range.after().isPresent()) {
            ValueBinder.key(statement, parameter++, kind, range.after().get());
        }
        if (range.upTo().isPresent()) {
            ValueBinder.key(statement, parameter++, kind, range.upTo().get());
        }
        return parameter;
    }
}
