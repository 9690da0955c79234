package dev.bailey.journal.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One statement of those that are sent together, with its arguments. */
record Part(String sql, List<Argument> arguments) {

    /** Sets one parameter. */
    @FunctionalInterface
    interface Argument {
        void set(PreparedStatement statement, int index) throws SQLException;
    }

    static Part of(String sql, Argument... arguments) {
        return new Part(sql, List.of(arguments));
    }

    static Argument number(long value) {
        return (statement, index) -> statement.setLong(index, value);
    }

    static Argument bool(boolean value) {
        return (statement, index) -> statement.setBoolean(index, value);
    }

    static Argument text(String value) {
        return (statement, index) -> statement.setString(index, value);
    }

    static Argument texts(List<String> values) {
        return array("text", values.toArray(String[]::new));
    }

    static Argument numbers(List<Long> values) {
        return array("int8", values.toArray(Long[]::new));
    }

    /** An array of one of PostgreSQL's types. */
    static Argument array(String type, @Nullable Object[] values) {
        return (statement, index) ->
                statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    /** All of them as one statement of the driver's: one trip to the server, in this order, up to the first that fails. */
    static PreparedStatement prepare(Connection connection, List<Part> parts) throws SQLException {
        List<String> sql = new ArrayList<>(parts.size());
        for (Part part : parts) {
            sql.add(part.sql());
        }
        PreparedStatement statement = connection.prepareStatement(String.join("; ", sql));
        try {
            int index = 1;
            for (Part part : parts) {
                for (Argument argument : part.arguments()) {
                    argument.set(statement, index);
                    index++;
                }
            }
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
        return statement;
    }

    static void run(Connection connection, List<Part> parts) throws SQLException {
        try (PreparedStatement statement = prepare(connection, parts)) {
            statement.execute();
        }
    }
}
