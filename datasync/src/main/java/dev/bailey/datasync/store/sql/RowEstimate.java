package dev.bailey.datasync.store.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import tools.jackson.databind.json.JsonMapper;

/** About how many rows a select has: counted where they are few, else as the database itself supposes. */
final class RowEstimate {

    private static final long FEW = 1_000_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RowEstimate() {}

    static long of(SqlDialect dialect, Connection connection, Projection projection) throws SQLException {
        long supposed = supposed(dialect, connection, projection.from());
        return supposed >= FEW ? supposed : number(connection, "select count(*) from " + projection.from());
    }

    private static long supposed(SqlDialect dialect, Connection connection, String from) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            switch (dialect) {
                case SQLITE -> {
                    return 0;
                }
                case POSTGRESQL -> {
                    try (ResultSet rows = statement.executeQuery("explain (format json) select * from " + from)) {
                        return rows.next()
                                ? JSON.readTree(rows.getString(1))
                                        .path(0)
                                        .path("Plan")
                                        .path("Plan Rows")
                                        .asLong(0)
                                : 0;
                    }
                }
                case MARIADB -> {
                    try (ResultSet rows = statement.executeQuery("explain select * from " + from)) {
                        return rows.next() ? rows.getLong("rows") : 0;
                    }
                }
            }
        }
        throw new IllegalStateException("no plan for " + dialect);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
