package dev.bailey.examples.orders.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.modern.ModernTables;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.SampleOrders;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectionTest {

    private static final int ORDERS = 400;

    private final OrderTables legacyTables = new LegacyTables();
    private final OrderTables modernTables = new ModernTables();
    private Database legacy;
    private Database modern;

    @SuppressWarnings("NullAway.Init")
    ProjectionTest() {}

    @BeforeEach
    void open(@TempDir Path folder) throws SQLException {
        legacy = Database.open("jdbc:sqlite:" + folder.resolve("legacy.db"), legacyTables);
        modern = Database.open("jdbc:sqlite:" + folder.resolve("modern.db"), modernTables);
        SampleOrders.seed(legacy, legacyTables, ORDERS, 5);
    }

    @AfterEach
    void close() {
        legacy.close();
        modern.close();
    }

    @Test
    void bothSidesShowTheSameDocumentForTheSameOrder() throws SQLException {
        SampleOrders.seed(modern, modernTables, ORDERS, 5);

        assertThat(documents(modern, "modern"))
                .isEqualTo(documents(legacy, "legacy"))
                .hasSize(ORDERS);
    }

    @Test
    void whatIsWrittenToModernIsTheOrderOfLegacy() throws SQLException {
        copy("legacy", legacy, "modern", modern);

        assertThat(documents(modern, "modern")).isEqualTo(documents(legacy, "legacy"));
        sameOrders();
    }

    @Test
    void whatIsWrittenToLegacyIsTheOrderOfModern() throws SQLException {
        SampleOrders.seed(modern, modernTables, ORDERS, 6);

        copy("modern", modern, "legacy", legacy);

        assertThat(documents(legacy, "legacy")).isEqualTo(documents(modern, "modern"));
        sameOrders();
    }

    @Test
    void decimalsMayBeBoundAsTextToo() throws SQLException {
        for (String side : List.of("legacy", "modern")) {
            String total = OrdersFile.text("slices", "orders", "data", side, "write", "values", "total");
            Database database = side.equals("legacy") ? legacy : modern;
            for (int cents = 0; cents < 20_000; cents += 11) {
                BigDecimal amount = BigDecimal.valueOf(cents, 2);
                assertThat(evaluated(database, total, amount.toPlainString()))
                        .isEqualTo(evaluated(database, total, amount.doubleValue()))
                        .isEqualTo(side.equals("legacy") ? Integer.toString(cents) : amount.toPlainString());
            }
        }
    }

    private void sameOrders() throws SQLException {
        for (long id = 1; id <= ORDERS; id++) {
            long wanted = id;
            Optional<Order> left = legacy.read(connection -> legacyTables.find(connection, wanted));
            Optional<Order> right = modern.read(connection -> modernTables.find(connection, wanted));
            assertThat(left.orElseThrow()).isEqualTo(right.orElseThrow());
        }
    }

    private static String evaluated(Database database, String expression, Object value) throws SQLException {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select " + expression)) {
                select.setObject(1, value);
                try (ResultSet row = select.executeQuery()) {
                    return row.getString(1);
                }
            }
        });
    }

    private static Map<Object, Map<String, @Nullable Object>> documents(Database database, String side)
            throws SQLException {
        return database.read(connection -> {
            Map<Object, Map<String, @Nullable Object>> documents = new TreeMap<>();
            for (Map<String, @Nullable Object> row :
                    rows(connection, OrdersFile.text("slices", "orders", "data", side, "read"))) {
                row.put("lines", new ArrayList<>());
                documents.put(Objects.requireNonNull(row.get("id")), row);
            }
            for (Map<String, @Nullable Object> row :
                    rows(connection, OrdersFile.text("slices", "orders", "data", side, "children", "lines"))) {
                Object key = Objects.requireNonNull(row.remove("_key"));
                lines(Objects.requireNonNull(documents.get(key))).add(row);
            }
            return documents;
        });
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> lines(Map<String, @Nullable Object> document) {
        return (List<Map<String, @Nullable Object>>) Objects.requireNonNull(document.get("lines"));
    }

    private static List<Map<String, @Nullable Object>> rows(Connection connection, String sql) throws SQLException {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    fields.put(row.getMetaData().getColumnLabel(i), row.getObject(i));
                }
                rows.add(fields);
            }
        }
        return rows;
    }

    private static void copy(String from, Database source, String to, Database target) throws SQLException {
        Map<Object, Map<String, @Nullable Object>> documents = documents(source, from);
        target.write(connection -> {
            for (Map<String, @Nullable Object> document : documents.values()) {
                Object id = Objects.requireNonNull(document.get("id"));
                insert(connection, OrdersFile.at("slices", "orders", "data", to, "write"), document, null);
                Object lines = OrdersFile.at("slices", "orders", "data", to, "write", "children", "lines");
                String parent = (String) Objects.requireNonNull(((Map<?, ?>) lines).get("parent"));
                String table = (String) Objects.requireNonNull(((Map<?, ?>) lines).get("table"));
                try (PreparedStatement delete =
                        connection.prepareStatement("delete from " + table + " where " + parent + " = ?")) {
                    delete.setObject(1, id);
                    delete.executeUpdate();
                }
                for (Map<String, @Nullable Object> line : lines(document)) {
                    insert(connection, lines, line, id);
                }
            }
            return true;
        });
    }

    private static void insert(
            Connection connection, Object mapping, Map<String, @Nullable Object> document, @Nullable Object parent)
            throws SQLException {
        Map<?, ?> table = (Map<?, ?>) mapping;
        Map<?, ?> columns = (Map<?, ?>) Objects.requireNonNull(table.get("columns"));
        Map<?, ?> values = (Map<?, ?>) Objects.requireNonNull(table.get("values"));
        List<String> names = new ArrayList<>();
        List<String> expressions = new ArrayList<>();
        List<@Nullable Object> bound = new ArrayList<>();
        if (parent != null) {
            names.add(String.valueOf(table.get("parent")));
            expressions.add("?");
            bound.add(parent);
        }
        columns.forEach((field, column) -> {
            names.add(String.valueOf(column));
            Object expression = values.get(field);
            expressions.add(expression == null ? "?" : expression.toString());
            bound.add(document.get(String.valueOf(field)));
        });
        String sql = "insert or replace into " + table.get("table") + " (" + String.join(", ", names) + ") values ("
                + String.join(", ", expressions) + ")";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < bound.size(); i++) {
                insert.setObject(i + 1, bound.get(i));
            }
            insert.executeUpdate();
        }
    }
}
