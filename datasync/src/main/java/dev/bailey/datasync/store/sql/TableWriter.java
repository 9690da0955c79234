package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes documents to all their tables inside a transaction it is given: ids of the store's own first, then the parts that the
 * first table refers to, the first table, its other parts, and the rows of the arrays. Rows are found by the entity's key
 * alone: a conflict on any other unique key fails, it never replaces a row.
 */
final class TableWriter {

    private final SqlDialect dialect;
    private final WriteTable spec;
    private final Projection projection;
    private final boolean guarded;
    private final WrittenTable main;
    private final List<WrittenTable> before = new ArrayList<>();
    private final List<WrittenTable> after = new ArrayList<>();
    private final List<ChildRows> children = new ArrayList<>();
    private final Optional<Marks> marks;

    /**
     * What became of some documents or keys; what is in neither part was written.
     *
     * @param newer left alone: the table holds a newer version
     * @param conflicts left alone: somebody else changed it; with the reason
     */
    record Outcome(Set<EntityKey> newer, Map<EntityKey, String> conflicts) {}

    private TableWriter(
            SqlDialect dialect,
            SliceName slice,
            DataSpec data,
            WriteTable spec,
            Projection projection,
            Connection connection)
            throws SQLException {
        this.dialect = dialect;
        this.spec = spec;
        this.projection = projection;
        List<Column> columns = Column.all(connection, spec.table(), spec.columns(), spec.values(), spec.ids());
        WrittenKey key = WrittenKey.among(columns, data.key());
        Optional<String> guard = data.guard().map(spec.columns()::get);
        this.guarded = guard.isPresent();
        this.main = new WrittenTable(dialect, spec.table(), key, columns, guard);
        for (Map.Entry<String, PartTable> part : spec.parts().entrySet()) {
            (part.getValue().before() ? before : after).add(part(connection, part.getKey(), part.getValue()));
        }
        for (Map.Entry<String, ChildTable> child : spec.children().entrySet()) {
            children.add(new ChildRows(dialect, child.getKey(), child.getValue(), key, connection));
        }
        this.marks = data.conflict() == ConflictPolicy.PARK
                ? spec.marks().map(table -> new Marks(dialect, table, slice, projection.reading()))
                : Optional.empty();
    }

    /** Reads the tables' column types; the connection is not kept. */
    static TableWriter of(
            SqlDialect dialect,
            SliceName slice,
            DataSpec data,
            WriteTable spec,
            Projection projection,
            Connection connection)
            throws SQLException {
        return new TableWriter(dialect, slice, data, new QuotedNames(dialect).in(spec), projection, connection);
    }

    private WrittenTable part(Connection connection, String table, PartTable part) throws SQLException {
        WrittenKey key = main.key().at(part.key(), part.values());
        List<Column> columns = Column.all(connection, table, part.columns(), part.values(), spec.ids());
        return new WrittenTable(dialect, table, key, columns, Optional.empty());
    }

    /** The tables with one row for each document, the first one first. */
    List<WrittenTable> tables() {
        List<WrittenTable> all = new ArrayList<>(before);
        all.addAll(after);
        all.addFirst(main);
        return all;
    }

    List<ChildRows> children() {
        return children;
    }

    /** Writes them all but those that another state must not be written over. At least one document. */
    Outcome write(Connection connection, List<Document> documents) throws SQLException, StoreException {
        KeyKind kind = documents.getFirst().keyKind();
        List<EntityKey> keys = documents.stream().map(Document::key).toList();
        Map<EntityKey, String> conflicts = new HashMap<>();
        Set<EntityKey> absent = new HashSet<>();
        if (marks.isPresent()) {
            Map<EntityKey, Document> held = held(connection, kind, keys);
            conflicts.putAll(conflicts(connection, keys, held));
            for (Document document : documents) {
                Document now = held.get(document.key());
                if (now == null) {
                    absent.add(document.key());
                } else if (now.sameAs(document)) {
                    conflicts.remove(document.key());
                }
            }
        }
        List<Document> wanted = documents.stream()
                .filter(document -> !conflicts.containsKey(document.key()))
                .toList();
        mint(connection, wanted);
        Set<EntityKey> newer = new HashSet<>();
        if (guarded && !before.isEmpty()) {
            for (Document document : wanted) {
                newer.addAll(alone(connection, kind, document, absent));
            }
        } else {
            newer.addAll(rows(connection, kind, wanted, absent));
        }
        if (marks.isPresent()) {
            marks.get()
                    .put(
                            connection,
                            wanted.stream()
                                    .filter(document -> !newer.contains(document.key()))
                                    .toList());
        }
        return new Outcome(newer, conflicts);
    }

    /** What the store holds under these keys, with nobody able to change it until the transaction ends. */
    private Map<EntityKey, Document> held(Connection connection, KeyKind kind, List<EntityKey> keys)
            throws SQLException, StoreException {
        main.lock(connection, kind, keys);
        Map<EntityKey, Document> held = new HashMap<>();
        Optional<KeyColumns> key = projection.key(connection);
        if (key.isPresent()) {
            projection.readAll(connection, key.get(), keys).forEach(document -> held.put(document.key(), document));
        }
        return held;
    }

    private Map<EntityKey, String> conflicts(Connection connection, List<EntityKey> keys, Map<EntityKey, Document> held)
            throws SQLException {
        Map<EntityKey, String> conflicts = new HashMap<>();
        Map<EntityKey, String> known = marks.orElseThrow().of(connection, keys);
        for (EntityKey key : keys) {
            marks.get().conflict(known.get(key), held.get(key)).ifPresent(reason -> conflicts.put(key, reason));
        }
        return conflicts;
    }

    private void mint(Connection connection, List<Document> documents) throws SQLException {
        for (Map.Entry<String, IdTable> ids : spec.ids().entrySet()) {
            Set<JsonNode> values = new TreeSet<>(Comparator.comparing(JsonNode::toString));
            documents.forEach(document -> add(values, document.body().get(ids.getKey())));
            IdTables.mint(dialect, connection, ids.getValue(), values);
        }
        for (ChildRows child : children) {
            for (Map.Entry<String, IdTable> ids : child.spec().ids().entrySet()) {
                Set<JsonNode> values = new TreeSet<>(Comparator.comparing(JsonNode::toString));
                documents.forEach(document ->
                        document.body().path(child.field()).forEach(element -> add(values, element.get(ids.getKey()))));
                IdTables.mint(dialect, connection, ids.getValue(), values);
            }
        }
    }

    private static void add(Set<JsonNode> values, @Nullable JsonNode value) {
        if (value != null && !value.isNull()) {
            values.add(value);
        }
    }

    /** A part written before the first table must not stay when the first table then turns out to be newer. */
    private Set<EntityKey> alone(Connection connection, KeyKind kind, Document document, Set<EntityKey> absent)
            throws SQLException, StoreException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("savepoint bailey_document");
            Set<EntityKey> newer = rows(connection, kind, List.of(document), absent);
            if (!newer.isEmpty()) {
                statement.execute("rollback to savepoint bailey_document");
            }
            statement.execute("release savepoint bailey_document");
            return newer;
        }
    }

    private Set<EntityKey> rows(Connection connection, KeyKind kind, List<Document> documents, Set<EntityKey> absent)
            throws SQLException, StoreException {
        for (WrittenTable part : before) {
            part.upsert(connection, kind, documents);
        }
        // What was absent a moment ago must still be: a row that came in between is somebody else's.
        main.insert(
                connection,
                kind,
                documents.stream()
                        .filter(document -> absent.contains(document.key()))
                        .toList());
        List<Document> present = documents.stream()
                .filter(document -> !absent.contains(document.key()))
                .toList();
        int[] counts = main.upsert(connection, kind, present);
        Set<EntityKey> newer = new HashSet<>();
        for (int i = 0; guarded && i < counts.length; i++) {
            if (counts[i] == 0) {
                newer.add(present.get(i).key());
            }
        }
        List<Document> written = documents.stream()
                .filter(document -> !newer.contains(document.key()))
                .toList();
        for (WrittenTable part : after) {
            part.upsert(connection, kind, written);
        }
        arrays(connection, kind, written);
        return newer;
    }

    private void arrays(Connection connection, KeyKind kind, List<Document> documents)
            throws SQLException, StoreException {
        if (children.isEmpty() || documents.isEmpty()) {
            return;
        }
        Map<EntityKey, Document> held = projection.arrays(
                connection,
                kind,
                documents.stream().map(Document::key).toList(),
                spec.children().keySet());
        Map<ChildRows, ChildRows.Changes> changes = new LinkedHashMap<>();
        for (ChildRows child : children.reversed()) {
            changes.put(child, child.changes(documents, held));
            child.remove(connection, kind, Objects.requireNonNull(changes.get(child)));
        }
        for (ChildRows child : children) {
            child.put(connection, kind, Objects.requireNonNull(changes.get(child)));
        }
    }

    /** Removes the rows of these keys from all tables, in the order opposite to writing them. At least one key. */
    Outcome delete(Connection connection, KeyKind kind, List<EntityKey> keys) throws SQLException, StoreException {
        Map<EntityKey, String> conflicts = new HashMap<>();
        if (marks.isPresent()) {
            Map<EntityKey, Document> held = held(connection, kind, keys);
            conflicts.putAll(conflicts(connection, keys, held));
            conflicts.keySet().retainAll(held.keySet());
        }
        List<EntityKey> wanted =
                keys.stream().filter(key -> !conflicts.containsKey(key)).toList();
        for (ChildRows child : children.reversed()) {
            child.delete(connection, kind, wanted);
        }
        for (WrittenTable part : after.reversed()) {
            part.delete(connection, kind, wanted);
        }
        main.delete(connection, kind, wanted);
        for (WrittenTable part : before.reversed()) {
            part.delete(connection, kind, wanted);
        }
        if (marks.isPresent()) {
            marks.get().forget(connection, wanted);
        }
        return new Outcome(Set.of(), conflicts);
    }

    /** Takes note of documents that both sides hold alike. */
    void agree(Connection connection, List<Document> documents) throws SQLException {
        if (marks.isPresent()) {
            marks.get().agree(connection, documents);
        }
    }
}
