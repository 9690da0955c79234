package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.KeyNames;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The declared selects, asked for ranges and keys: {@code select * from (<read>) q where q."id" > ? …}, so that both sides
 * are asked in terms of the canonical key whatever their own keys are. The nested arrays of a page cost one query each.
 */
final class Projection {

    /** Column of a child select that holds the parent's key; numbered from 1 where the key has several parts. */
    private static final String PARENT = "_key";

    /** Rows of nested arrays that are under way at once. */
    private static final int PORTION = 1_000;

    /** Keys of which it is looked whether each is there once. */
    private static final int LOOKED_AT = 100_000;

    private final SqlDialect dialect;
    private final KeyNames keyFields;
    private final Function<EntityKey, String> shown;
    private final List<String> parents;
    private final String read;
    private final Map<String, String> children;
    private final Map<String, String> bare;
    private final Map<String, KeyColumns> known = new ConcurrentHashMap<>();
    private final Map<String, ChildOrder> orders = new ConcurrentHashMap<>();

    /** With keys that anybody may see. */
    Projection(SqlDialect dialect, KeyNames keyFields, SqlStore spec) {
        this(dialect, keyFields, spec, EntityKey::value);
    }

    /** @param shown a key as it is shown to people */
    Projection(SqlDialect dialect, KeyNames keyFields, SqlStore spec, Function<EntityKey, String> shown) {
        this.dialect = dialect;
        this.keyFields = keyFields;
        this.shown = shown;
        this.parents = parents(keyFields.count());
        this.read = select(bare(spec.read()));
        Map<String, String> selects = new LinkedHashMap<>();
        Map<String, String> bare = new LinkedHashMap<>();
        spec.children().forEach((field, sql) -> {
            bare.put(field, bare(sql));
            selects.put(field, select(bare(sql)));
        });
        this.children = Collections.unmodifiableMap(selects);
        this.bare = Collections.unmodifiableMap(bare);
    }

    StoreException twice(EntityKey key) {
        return StoreException.twice(shown.apply(key));
    }

    private static String bare(String sql) {
        String bare = sql.strip();
        while (bare.endsWith(";")) {
            bare = bare.substring(0, bare.length() - 1).strip();
        }
        return bare;
    }

    private static String select(String bare) {
        // On its own lines, so that a comment at the end of the select does not hide the bracket.
        return "(\n" + bare + "\n) q";
    }

    /** The columns of a child select that hold the parts of the parent's key. */
    static List<String> parents(int parts) {
        return parts == 1
                ? List.of(PARENT)
                : IntStream.rangeClosed(1, parts)
                        .mapToObj(part -> PARENT + "_" + part)
                        .toList();
    }

    /** The same for this key. */
    List<String> parents() {
        return parents;
    }

    /** The key's columns; empty while there is no row. Remembered once they are known. */
    Optional<KeyColumns> key(Connection connection) throws SQLException, StoreException {
        return columns(connection, read, keyFields.names());
    }

    /** The columns of a child select that hold the parent's key; empty while there is no row. */
    Optional<KeyColumns> parent(Connection connection, String field) throws SQLException, StoreException {
        return columns(connection, from(Optional.of(field)), parents);
    }

    private Optional<KeyColumns> columns(Connection connection, String from, List<String> names)
            throws SQLException, StoreException {
        KeyColumns remembered = known.get(from);
        if (remembered != null) {
            return Optional.of(remembered);
        }
        Optional<KeyColumns> found = KeyColumns.find(dialect, connection, from, names);
        found.ifPresent(columns -> known.put(from, columns));
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
    String ordered(KeyColumns key) {
        return "select * from " + read + " order by " + key.ascending() + " limit 1";
    }

    /** A row whose key, or a part of it, is null. */
    String nullKeys(KeyColumns key) {
        return "select 1 from (select " + key.selected("k") + " from " + read + " limit " + LOOKED_AT + ") s where "
                + key.named("k", " is null", " or ") + " limit 1";
    }

    /** A key that is there twice among the first ones. */
    String twiceKeys(KeyColumns key) {
        return "select 1 from (select " + key.compared("k") + " from " + read + " order by " + key.ascending()
                + " limit " + LOOKED_AT + ") s where " + key.named("k", " is not null", " and ") + " group by "
                + key.named("k", "", ", ") + " having count(*) > 1 limit 1";
    }

    /** The select, asked for no row at all: what tells its columns. */
    String none() {
        return "select * from " + read + " where 1 = 0";
    }

    /** The select, asked for some of its rows in the order of keys. */
    String inOrder(KeyColumns key, KeyCondition condition) {
        return inOrder("*", key, condition.where());
    }

    /** Columns of it, in the order of keys, of a range that stands in the statement's own text. */
    String inOrder(String columns, KeyColumns key, KeyRange range) {
        return inOrder(columns, key, key.in(range).literally());
    }

    private String inOrder(String columns, KeyColumns key, String where) {
        return "select " + columns + " from " + read + where + " order by " + key.ascending();
    }

    List<Document> scan(Connection connection, KeyColumns key, KeyRange range, int limit)
            throws SQLException, StoreException {
        KeyCondition condition = key.in(range);
        String sql = inOrder(key, condition) + " limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(condition.bind(statement, 1), limit);
            return documents(connection, key, statement);
        }
    }

    /** Rows of a range in key order, fetched piece by piece. */
    void rows(Connection connection, KeyColumns key, KeyRange range, int fetch, Rows each)
            throws SQLException, StoreException {
        KeyCondition condition = key.in(range);
        try (PreparedStatement statement = connection.prepareStatement(inOrder(key, condition))) {
            condition.bind(statement, 1);
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

    List<Document> read(Connection connection, KeyColumns key, Collection<EntityKey> keys)
            throws SQLException, StoreException {
        List<EntityKey> possible = keys.stream().filter(key::takes).toList();
        if (possible.isEmpty()) {
            return List.of();
        }
        KeyCondition condition = key.oneOf(possible);
        try (PreparedStatement statement = connection.prepareStatement("select * from " + read + condition.where())) {
            condition.bind(statement, 1);
            Set<EntityKey> asked = Set.copyOf(possible);
            // A collation may find keys that only look the same.
            return documents(connection, key, statement).stream()
                    .filter(document -> asked.contains(document.key()))
                    .toList();
        }
    }

    /** Keys that the columns take for one of these, though they are spelled otherwise. */
    List<EntityKey> alike(Connection connection, KeyColumns key, Collection<EntityKey> keys)
            throws SQLException, StoreException {
        Set<EntityKey> asked = Set.copyOf(keys);
        Set<EntityKey> alike = new LinkedHashSet<>();
        asked.forEach(each -> key.kind().canonical(each).ifPresent(alike::add));
        List<EntityKey> possible = keys.stream().filter(key::takes).toList();
        if (key.isBlurred() && !possible.isEmpty()) {
            KeyCondition condition = key.oneOf(possible);
            String sql = "select " + key.selected() + " from " + read + condition.where();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                condition.bind(statement, 1);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        alike.add(key.read(rows, 1));
                    }
                }
            }
        }
        alike.removeAll(asked);
        return List.copyOf(alike);
    }

    /** These keys' nested arrays alone, each in a document of its key and the arrays. */
    Map<EntityKey, Document> arrays(
            Connection connection, KeyKind kind, Collection<EntityKey> keys, Collection<String> fields)
            throws SQLException, StoreException {
        Map<EntityKey, ObjectNode> bodies = new LinkedHashMap<>();
        for (EntityKey key : keys) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            CanonicalForm.putKey(body, keyFields, kind, key);
            bodies.put(key, body);
        }
        for (String field : fields) {
            attach(connection, kind, field, bodies);
        }
        Map<EntityKey, Document> documents = new HashMap<>();
        for (ObjectNode body : bodies.values()) {
            Document document = Document.of(keyFields, body);
            documents.put(document.key(), document);
        }
        return documents;
    }

    /** What tells this way of reading from another one: documents of two are not held against each other. */
    String reading() {
        return read + children;
    }

    long count(Connection connection, KeyColumns key, KeyRange range) throws SQLException {
        KeyCondition condition = key.in(range);
        String sql = "select count(*) from " + read + condition.where();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            condition.bind(statement, 1);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    Optional<EntityKey> last(Connection connection, KeyColumns key) throws SQLException, StoreException {
        String sql = "select " + key.selected() + " from " + read + " order by " + key.descending() + " limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return firstKey(statement, key);
        }
    }

    Optional<EntityKey> nth(Connection connection, KeyColumns key, KeyRange range, int position)
            throws SQLException, StoreException {
        KeyCondition condition = key.in(range);
        String sql = "select " + key.selected() + " from " + read + condition.where() + " order by " + key.ascending()
                + " limit 1 offset ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(condition.bind(statement, 1), position - 1);
            return firstKey(statement, key);
        }
    }

    /** Every {@code step}-th key of a range, at most {@code most}, in one walk over the keys. */
    List<EntityKey> cuts(Connection connection, KeyColumns key, KeyRange range, int step, int most)
            throws SQLException, StoreException {
        KeyCondition condition = key.in(range);
        String sql = "select " + key.named("k", "", ", ") + " from (select " + key.selected("k")
                + ", row_number() over (order by " + key.ascending() + ") as n from " + read + condition.where()
                + " order by " + key.ascending() + " limit ?) c where n % ? = 0 order by n";
        List<EntityKey> cuts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = condition.bind(statement, 1);
            statement.setLong(parameter, (long) step * most);
            statement.setInt(parameter + 1, step);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    cuts.add(key.read(rows, 1));
                }
            }
        }
        return cuts;
    }

    private static Optional<EntityKey> firstKey(PreparedStatement statement, KeyColumns key)
            throws SQLException, StoreException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(key.read(rows, 1)) : Optional.empty();
        }
    }

    private List<Document> documents(Connection connection, KeyColumns key, PreparedStatement statement)
            throws SQLException, StoreException {
        KeyKind kind = key.kind();
        Map<EntityKey, ObjectNode> bodies = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ObjectNode body = row(rows, List.of());
                EntityKey entity = KeyColumns.keyOf(
                        kind,
                        keyFields.names().stream().<JsonNode>map(body::path).toList());
                Optional<String> refusing = key.refusing(entity).map(KeyColumn::name);
                if (refusing.isPresent()) {
                    throw new StoreException(
                            "a key ends in a space or holds a control character, which the collation of "
                                    + refusing.get()
                                    + " does not tell from others (expected none); read it with a collation that does:"
                                    + " convert(… using utf8mb4) collate utf8mb4_nopad_bin as " + refusing.get());
                }
                if (bodies.put(entity, body) != null) {
                    throw twice(entity);
                }
            }
        }
        if (!bodies.isEmpty()) {
            for (String field : children.keySet()) {
                attach(connection, kind, field, bodies);
            }
        }
        List<Document> documents = new ArrayList<>(bodies.size());
        for (ObjectNode body : bodies.values()) {
            documents.add(Document.of(keyFields, body));
        }
        return documents;
    }

    private void attach(Connection connection, KeyKind kind, String field, Map<EntityKey, ObjectNode> bodies)
            throws SQLException, StoreException {
        Map<EntityKey, ArrayNode> arrays = new HashMap<>();
        bodies.forEach((key, body) -> arrays.put(key, body.putArray(field)));
        Optional<KeyColumns> parent = parent(connection, field);
        if (parent.isEmpty()) {
            return;
        }
        KeyCondition condition = parent.get().oneOf(bodies.keySet());
        ChildOrder child = inOrder(connection, field);
        List<String> besides = new ArrayList<>(parents);
        besides.addAll(child.places());
        String sql = "select * from " + select(child.select()) + condition.where() + child.order();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            condition.bind(statement, 1);
            // Rows travel in portions: nobody knows how many a parent has.
            statement.setFetchSize(PORTION);
            try (ResultSet rows = statement.executeQuery()) {
                int[] columns = new int[parents.size()];
                for (int i = 0; i < columns.length; i++) {
                    columns[i] = rows.findColumn(parents.get(i));
                }
                while (rows.next()) {
                    ArrayNode array = arrays.get(parentOf(kind, rows, columns));
                    if (array != null) {
                        array.add(row(rows, besides));
                    }
                }
            }
        }
    }

    /** A child's select that gives the elements in its order, whatever is put around it. */
    private ChildOrder inOrder(Connection connection, String field) throws SQLException {
        String select = Objects.requireNonNull(bare.get(field));
        if (dialect != SqlDialect.MARIADB) {
            return ChildOrder.asItIs(select);
        }
        ChildOrder remembered = orders.get(field);
        if (remembered != null) {
            return remembered;
        }
        Set<String> labels = labels(connection, Optional.of(field)).stream()
                .map(label -> label.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        ChildOrder found = ChildOrder.of(select, labels);
        orders.put(field, found);
        return found;
    }

    private EntityKey parentOf(KeyKind kind, ResultSet rows, int[] columns) throws SQLException, StoreException {
        List<JsonNode> parts = new ArrayList<>(columns.length);
        for (int column : columns) {
            parts.add(CellReader.read(dialect, rows, column));
        }
        return KeyColumns.keyOf(kind, parts);
    }

    private ObjectNode row(ResultSet rows, List<String> except) throws SQLException, StoreException {
        ResultSetMetaData data = rows.getMetaData();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            String label = data.getColumnLabel(i);
            if (!except.contains(label)) {
                node.set(label, CellReader.read(dialect, rows, i));
            }
        }
        return node;
    }
}
