package dev.bailey.benchmarks.reconcile;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/** The published way: both tables are streamed in key order and compared row by row, column by column, here. */
final class Streaming {

    private static final int FETCH = 10_000;

    private Streaming() {}

    /** How many rows were compared and how many of them differ. */
    record Compared(long rows, long different) {}

    static Compared run(Databases databases) {
        try (Connection left = DriverManager.getConnection(databases.counted("legacy"));
                Connection right = DriverManager.getConnection(databases.counted("modern"));
                Statement one = cursor(left);
                Statement other = cursor(right);
                ResultSet a = one.executeQuery(Databases.LEGACY_READ + " order by id");
                ResultSet b = other.executeQuery(Databases.MODERN_READ + " order by order_no")) {
            long rows = 0;
            long different = 0;
            boolean moreA = a.next();
            boolean moreB = b.next();
            while (moreA || moreB) {
                rows++;
                int order = !moreA ? 1 : !moreB ? -1 : Long.compare(a.getLong(1), b.getLong(1));
                if (order != 0 || !same(a, b)) {
                    different++;
                }
                moreA = order <= 0 ? a.next() : moreA;
                moreB = order >= 0 ? b.next() : moreB;
            }
            return new Compared(rows, different);
        } catch (SQLException failed) {
            throw new BenchFailure(String.valueOf(failed.getMessage()));
        }
    }

    private static Statement cursor(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        statement.setFetchSize(FETCH);
        return statement;
    }

    private static boolean same(ResultSet a, ResultSet b) throws SQLException {
        for (int column = 1; column <= 8; column++) {
            if (!Objects.equals(a.getString(column), b.getString(column))) {
                return false;
            }
        }
        return true;
    }
}
