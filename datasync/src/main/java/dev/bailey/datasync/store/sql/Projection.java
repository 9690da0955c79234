package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
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
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The declared selects, asked for ranges and keys: {@code select * from (<read>) q where q."id" > ? …}, so that both sides
 * are asked in terms of the canonical key whatever their own keys are. The nested arrays of a page cost one query each.
 */
final class Projection {

    /** Column of a child select that holds the parent's key; numbered from 1 where the key has several parts. */
    private static final String PARENT = "_key";

    /** Keys of which it is looked whether each is there once. */
    private static final int LOOKED_AT = 100_000;

    private final SqlDialect dialect;
    private final KeyNames keyFields;
    private final Function<EntityKey, String> shown;
    private final List<String> parents;
    private final String read;
    private final Map<String, String> children;
    private final Nested nested;
    private final Map<String, KeyColumns> known = new ConcurrentHashMap<>();
    private final FetchSize rowsAtOnce = new FetchSize();
    private final FetchSize documentsAtOnce = new FetchSize();

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
        this.nested = new Nested(dialect, this, bare);
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

    static String select(String bare) {
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

    /** The nested arrays of its documents. */
    Nested nested() {
        return nested;
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

    String from(Optional<String> child) {
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

    /** The first documents of a range: so many, or {@link EntityStore#PAGE_BYTES}. */
    List<Document> scan(Connection connection, KeyColumns key, KeyRange range, int limit)
            throws SQLException, StoreException {
        List<Document> found = new ArrayList<>();
        long bytes = 0;
        for (KeyRange rest = range; ; rest = rest.behind(found.getLast().key())) {
            int most = documentsAtOnce.atMost(limit - found.size());
            Some some = some(connection, key, rest, most, EntityStore.PAGE_BYTES - bytes);
            found.addAll(some.documents);
            bytes += EntityStore.bytes(some.documents);
            some.documents.stream().mapToInt(Document::bytes).max().ifPresent(documentsAtOnce::saw);
            boolean over = some.documents.size() < most && !some.cut;
            if (over || found.size() == limit || bytes >= EntityStore.PAGE_BYTES) {
                return found;
            }
        }
    }

    /** @param cut whether there are more than were read, which were too much to be read at once */
    private record Some(List<Document> documents, boolean cut) {}

    private Some some(Connection connection, KeyColumns key, KeyRange range, int most, long bytes)
            throws SQLException, StoreException {
        KeyCondition condition = key.in(range);
        String sql = inOrder(key, condition) + " limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(condition.bind(statement, 1), most);
            Bodies bodies = bodies(key, statement, bytes);
            while (!nested.attached(connection, key.kind(), bodies.byKey, bytes)) {
                bodies = bodies.half();
            }
            return new Some(documents(bodies), bodies.cut);
        }
    }

    /** Rows of a range in key order, fetched piece by piece. */
    void rows(Connection connection, KeyColumns key, KeyRange range, Rows each) throws SQLException, StoreException {
        KeyCondition condition = key.in(range);
        try (PreparedStatement statement = connection.prepareStatement(inOrder(key, condition))) {
            condition.bind(statement, 1);
            statement.setFetchSize(rowsAtOnce.rows());
            try (ResultSet rows = statement.executeQuery()) {
                Row row = each.of(rows);
                Heaviest heaviest = new Heaviest(rows, rowsAtOnce);
                while (rows.next()) {
                    heaviest.saw(row.take());
                }
                heaviest.end();
            }
        }
    }

    /** Takes an open result. */
    @FunctionalInterface
    interface Rows {
        Row of(ResultSet rows) throws SQLException, StoreException;
    }

    /** Takes the row the result stands on; returns how long it is. */
    @FunctionalInterface
    interface Row {
        long take() throws SQLException, StoreException;
    }

    /** The documents of these keys; empty where they are too much to be read at once. */
    Optional<List<Document>> read(Connection connection, KeyColumns key, Collection<EntityKey> keys)
            throws SQLException, StoreException {
        return read(connection, key, keys, keys.size() == 1 ? Long.MAX_VALUE : EntityStore.PAGE_BYTES);
    }

    /** The same, however much it is. */
    List<Document> readAll(Connection connection, KeyColumns key, Collection<EntityKey> keys)
            throws SQLException, StoreException {
        return read(connection, key, keys, Long.MAX_VALUE).orElseThrow();
    }

    private Optional<List<Document>> read(Connection connection, KeyColumns key, Collection<EntityKey> keys, long bytes)
            throws SQLException, StoreException {
        List<EntityKey> possible = keys.stream().filter(key::takes).toList();
        if (possible.isEmpty()) {
            return Optional.of(List.of());
        }
        KeyCondition condition = key.oneOf(possible);
        try (PreparedStatement statement = connection.prepareStatement("select * from " + read + condition.where())) {
            condition.bind(statement, 1);
            Set<EntityKey> asked = Set.copyOf(possible);
            Bodies bodies = bodies(key, statement, bytes);
            if (bodies.cut || !nested.attached(connection, key.kind(), bodies.byKey, bytes)) {
                return Optional.empty();
            }
            // A collation may find keys that only look the same.
            return Optional.of(documents(bodies).stream()
                    .filter(document -> asked.contains(document.key()))
                    .toList());
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
            nested.attach(connection, kind, field, bodies, Long.MAX_VALUE);
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

    static Optional<EntityKey> firstKey(PreparedStatement statement, KeyColumns key)
            throws SQLException, StoreException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(key.read(rows, 1)) : Optional.empty();
        }
    }

    /** @param cut whether there are more rows than were read */
    private record Bodies(SequencedMap<EntityKey, ObjectNode> byKey, boolean cut) {

        Bodies half() {
            SequencedMap<EntityKey, ObjectNode> half = new LinkedHashMap<>();
            byKey.sequencedEntrySet().stream()
                    .limit(byKey.size() / 2)
                    .forEach(entry -> half.put(entry.getKey(), entry.getValue()));
            return new Bodies(half, true);
        }
    }

    /** What a statement gives, without nested arrays, until it is so much. */
    private Bodies bodies(KeyColumns key, PreparedStatement statement, long most) throws SQLException, StoreException {
        KeyKind kind = key.kind();
        SequencedMap<EntityKey, ObjectNode> bodies = new LinkedHashMap<>();
        boolean cut = false;
        long bytes = 0;
        statement.setFetchSize(rowsAtOnce.rows());
        try (ResultSet rows = statement.executeQuery()) {
            Heaviest heaviest = new Heaviest(rows, rowsAtOnce);
            while (!cut && rows.next()) {
                if (bytes >= most) {
                    cut = true;
                    continue;
                }
                ObjectNode body = CellReader.row(dialect, rows, List.of());
                bytes += heaviest.saw(Heaviest.length(body));
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
            heaviest.end();
        }
        return new Bodies(bodies, cut);
    }

    private List<Document> documents(Bodies bodies) throws StoreException {
        List<Document> documents = new ArrayList<>(bodies.byKey.size());
        for (ObjectNode body : bodies.byKey.values()) {
            documents.add(Document.of(keyFields, body));
        }
        return documents;
    }
}
