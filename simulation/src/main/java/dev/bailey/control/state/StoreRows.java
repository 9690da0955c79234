package dev.bailey.control.state;

import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows as they were when a query ran. */
final class StoreRows {

    private static final StoreRows NONE = new StoreRows(Map.of(), List.of());

    private final Map<String, Integer> columns;
    private final List<@Nullable Object[]> rows;
    private int at = -1;
    private boolean wasNull;

    private StoreRows(Map<String, Integer> columns, List<@Nullable Object[]> rows) {
        this.columns = columns;
        this.rows = rows;
    }

    static StoreRows none() {
        return NONE;
    }

    static StoreRows one() {
        return new StoreRows(Map.of(), List.<@Nullable Object[]>of(new @Nullable Object[] {1L}));
    }

    static StoreRows of(ResultSet found) throws SQLException {
        ResultSetMetaData names = found.getMetaData();
        Map<String, Integer> columns = new HashMap<>();
        for (int i = 1; i <= names.getColumnCount(); i++) {
            columns.put(names.getColumnName(i).toLowerCase(Locale.ROOT), i);
        }
        List<@Nullable Object[]> rows = new ArrayList<>();
        while (found.next()) {
            @Nullable Object[] row = new @Nullable Object[columns.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = found.getObject(i + 1);
            }
            rows.add(row);
        }
        return new StoreRows(columns, rows);
    }

    ResultSet asResultSet() {
        at = -1;
        return (ResultSet) Proxy.newProxyInstance(
                StoreRows.class.getClassLoader(),
                new Class<?>[] {ResultSet.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "next" -> ++at < rows.size();
                    case "close" -> null;
                    case "wasNull" -> wasNull;
                    case "getLong" -> number(arguments[0]).longValue();
                    case "getInt" -> number(arguments[0]).intValue();
                    case "getDouble" -> number(arguments[0]).doubleValue();
                    case "getBoolean" -> number(arguments[0]).longValue() != 0;
                    case "getString" -> text(arguments[0]);
                    case "getObject" ->
                        Instant.ofEpochMilli(number(arguments[0]).longValue()).atOffset(ZoneOffset.UTC);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private @Nullable Object value(Object column) {
        int index = column instanceof Integer number
                ? number
                : Objects.requireNonNull(columns.get(String.valueOf(column)), () -> "no column " + column);
        Object value = rows.get(at)[index - 1];
        wasNull = value == null;
        return value;
    }

    private Number number(Object column) {
        return value(column) instanceof Number number ? number : 0L;
    }

    private @Nullable String text(Object column) {
        Object value = value(column);
        return value == null ? null : value.toString();
    }
}
