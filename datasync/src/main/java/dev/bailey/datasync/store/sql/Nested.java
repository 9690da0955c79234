package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The nested arrays of a {@link Projection}'s documents: one query for each array of a page. Thread-safe. */
final class Nested {

    private final SqlDialect dialect;
    private final Projection projection;
    private final Map<String, String> bare;
    private final Map<String, ChildOrder> orders = new ConcurrentHashMap<>();
    private final FetchSize elementsAtOnce = new FetchSize();

    /** @param bare the select of each array */
    Nested(SqlDialect dialect, Projection projection, Map<String, String> bare) {
        this.dialect = dialect;
        this.projection = projection;
        this.bare = Collections.unmodifiableMap(new LinkedHashMap<>(bare));
    }

    /** Gives documents their nested arrays; false where those of several are more than so much together. */
    boolean attached(Connection connection, KeyKind kind, Map<EntityKey, ObjectNode> bodies, long most)
            throws SQLException, StoreException {
        long left = bodies.size() == 1 ? Long.MAX_VALUE : most;
        for (String field : bodies.isEmpty() ? Set.<String>of() : bare.keySet()) {
            left -= attach(connection, kind, field, bodies, left);
            if (left <= 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns how much it is, and ends where it is as much as it may be. */
    long attach(Connection connection, KeyKind kind, String field, Map<EntityKey, ObjectNode> bodies, long most)
            throws SQLException, StoreException {
        Map<EntityKey, ArrayNode> arrays = new HashMap<>();
        bodies.forEach((key, body) -> arrays.put(key, body.putArray(field)));
        Optional<KeyColumns> parent = projection.parent(connection, field);
        if (parent.isEmpty()) {
            return 0;
        }
        KeyCondition condition = parent.get().oneOf(bodies.keySet());
        ChildOrder child = inOrder(connection, field);
        List<String> besides = new ArrayList<>(projection.parents());
        besides.addAll(child.places());
        try (PreparedStatement statement = connection.prepareStatement(of(child, condition))) {
            condition.bind(statement, 1);
            // Rows travel in portions: nobody knows how many a parent has.
            statement.setFetchSize(elementsAtOnce.rows());
            long bytes = 0;
            try (ResultSet rows = statement.executeQuery()) {
                Heaviest heaviest = new Heaviest(rows, elementsAtOnce);
                int[] columns = new int[projection.parents().size()];
                for (int i = 0; i < columns.length; i++) {
                    columns[i] = rows.findColumn(projection.parents().get(i));
                }
                while (bytes < most && rows.next()) {
                    ArrayNode array = arrays.get(parentOf(kind, rows, columns));
                    if (array != null) {
                        ObjectNode element = CellReader.row(dialect, rows, besides);
                        array.add(element);
                        bytes += heaviest.saw(Heaviest.length(element));
                    }
                }
                heaviest.end();
            }
            return bytes;
        }
    }

    private static String of(ChildOrder child, KeyCondition condition) {
        return "select * from " + Projection.select(child.select()) + condition.where() + child.order();
    }

    /** A statement with the condition whose values it takes. */
    record Asked(String sql, KeyCondition condition) {}

    /** How the nested array of some entity is read; empty where there is no element. */
    Optional<Asked> asked(Connection connection, String field) throws SQLException, StoreException {
        Optional<KeyColumns> parent = projection.parent(connection, field);
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        String sql = "select " + parent.get().selected() + " from " + projection.from(Optional.of(field)) + " limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            ChildOrder child = inOrder(connection, field);
            return Projection.firstKey(statement, parent.get())
                    .map(key -> parent.get().oneOf(List.of(key)))
                    .map(condition -> new Asked(of(child, condition), condition));
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
        Set<String> labels = projection.labels(connection, Optional.of(field)).stream()
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
}
