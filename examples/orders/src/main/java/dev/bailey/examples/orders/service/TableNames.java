package dev.bailey.examples.orders.service;

import dev.bailey.examples.orders.service.OrderTables.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names of one service's tables and columns; both services keep the same facts in the same order under other names.
 *
 * @param columns id, customer, status, time, note, total, reference, version
 * @param lineColumns id of the order, position, article, count, price
 */
public record TableNames(String table, List<String> columns, String lineTable, List<String> lineColumns) {

    public TableNames {
        columns = List.copyOf(columns);
        lineColumns = List.copyOf(lineColumns);
    }

    /** Reads one row of the order's table, without its lines. */
    @FunctionalInterface
    public interface RowReader {
        Order read(ResultSet row) throws SQLException;
    }

    /** Reads one row of the lines' table. */
    @FunctionalInterface
    public interface LineReader {
        Line read(ResultSet row) throws SQLException;
    }

    /** Above every id the table holds, and with SQLite above every one it has ever held. */
    public long mintId(Connection connection, Dialect dialect) throws SQLException {
        String id = columns.getFirst();
        String sql = switch (dialect) {
            case SQLITE ->
                "select max(coalesce((select seq from sqlite_sequence where name = '" + table
                        + "'), 0), coalesce((select max(" + id + ") from " + table + "), 0)) + 1";
            case POSTGRESQL ->
                "select setval(s, greatest(nextval(s), (select coalesce(max(" + id + "), 0) + 1 from " + table
                        + "))) from (select pg_get_serial_sequence('" + table + "', '" + id
                        + "')::regclass as s) as sequence";
        };
        try (PreparedStatement mint = connection.prepareStatement(sql);
                ResultSet row = mint.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    public Optional<Order> find(Connection connection, long id, RowReader orders, LineReader lines)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(select() + " where " + columns.getFirst() + " = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(withLines(connection, orders.read(row), lines));
            }
        }
    }

    public List<Order> list(
            Connection connection, @Nullable String customer, long after, int limit, RowReader orders, LineReader lines)
            throws SQLException {
        String id = columns.getFirst();
        String sql = select() + " where " + id + " > ?" + (customer == null ? "" : " and " + columns.get(1) + " = ?")
                + " order by " + id + " limit ?";
        List<Order> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int at = 1;
            select.setLong(at++, after);
            if (customer != null) {
                select.setString(at++, customer);
            }
            select.setInt(at, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(orders.read(row));
                }
            }
        }
        for (int i = 0; i < found.size(); i++) {
            found.set(i, withLines(connection, found.get(i), lines));
        }
        return found;
    }

    /** Writes order and lines; {@code money} turns cents into what the columns hold. */
    public void save(Connection connection, Order order, String status, String time, Function<Long, Object> money)
            throws SQLException {
        StringBuilder sql = new StringBuilder("insert into " + table + " (" + String.join(", ", columns)
                + ") values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (" + columns.getFirst() + ") do update set ");
        for (int i = 1; i < columns.size(); i++) {
            sql.append(i == 1 ? "" : ", ")
                    .append(columns.get(i))
                    .append(" = excluded.")
                    .append(columns.get(i));
        }
        try (PreparedStatement upsert = connection.prepareStatement(sql.toString())) {
            upsert.setLong(1, order.id());
            upsert.setString(2, order.customer());
            upsert.setString(3, status);
            upsert.setString(4, time);
            upsert.setString(5, order.note());
            upsert.setObject(6, money.apply(order.totalCents()));
            upsert.setString(7, order.ref());
            upsert.setLong(8, order.version());
            upsert.executeUpdate();
        }
        deleteLines(connection, order.id());
        String insert = "insert into " + lineTable + " (" + String.join(", ", lineColumns) + ") values (?, ?, ?, ?, ?)";
        try (PreparedStatement lines = connection.prepareStatement(insert)) {
            int position = 1;
            for (Line line : order.lines()) {
                lines.setLong(1, order.id());
                lines.setInt(2, position++);
                lines.setString(3, line.sku());
                lines.setInt(4, line.qty());
                lines.setObject(5, money.apply(line.cents()));
                lines.addBatch();
            }
            lines.executeBatch();
        }
    }

    public boolean delete(Connection connection, long id) throws SQLException {
        deleteLines(connection, id);
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + table + " where " + columns.getFirst() + " = ?")) {
            delete.setLong(1, id);
            return delete.executeUpdate() > 0;
        }
    }

    public long count(Connection connection) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("select count(*) from " + table);
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private void deleteLines(Connection connection, long id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + lineTable + " where " + lineColumns.getFirst() + " = ?")) {
            delete.setLong(1, id);
            delete.executeUpdate();
        }
    }

    private Order withLines(Connection connection, Order order, LineReader reader) throws SQLException {
        String sql = "select " + String.join(", ", lineColumns.subList(2, 5)) + " from " + lineTable + " where "
                + lineColumns.getFirst() + " = ? order by " + lineColumns.get(1);
        List<Line> lines = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, order.id());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    lines.add(reader.read(row));
                }
            }
        }
        return new Order(
                order.id(),
                order.customer(),
                order.status(),
                order.createdAt(),
                order.note(),
                lines,
                order.totalCents(),
                order.ref(),
                order.version());
    }

    private String select() {
        return "select " + String.join(", ", columns) + " from " + table;
    }
}
