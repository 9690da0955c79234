package dev.bailey.examples.orders.load;

import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.modern.ModernTables;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.WriteLog;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Reads a whole database as it stands, past service and gateway, in one transaction of its own. */
public final class OrderStoreReader {

    private static final int PAGE = 1_000;

    private OrderStoreReader() {}

    public static StoreContents legacy(String jdbc) {
        return read(jdbc, new LegacyTables());
    }

    public static StoreContents modern(String jdbc) {
        return read(jdbc, new ModernTables());
    }

    private static StoreContents read(String jdbc, OrderTables tables) {
        try (Connection connection = DriverManager.getConnection(jdbc)) {
            connection.setAutoCommit(false);
            if (!jdbc.startsWith("jdbc:sqlite:")) {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            Map<Long, Order> orders = new HashMap<>();
            long after = 0;
            while (true) {
                var page = tables.list(connection, null, after, PAGE);
                page.forEach(order -> orders.put(order.id(), order));
                if (page.size() < PAGE) {
                    break;
                }
                after = page.getLast().id();
            }
            StoreContents contents = new StoreContents(orders, WriteLog.allApplied(connection));
            connection.rollback();
            return contents;
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the database " + jdbc.replaceAll("[?].*", "") + " cannot be read: " + e.getMessage(), e);
        }
    }
}
