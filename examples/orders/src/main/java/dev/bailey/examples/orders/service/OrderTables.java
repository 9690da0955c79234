package dev.bailey.examples.orders.service;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One service's own tables. Every method works in the caller's transaction. */
public interface OrderTables {

    /** Statements that create what is missing. */
    List<String> schema(Dialect dialect);

    /** The next id, above every one these tables have ever held. */
    long mintId(Connection connection, Dialect dialect) throws SQLException;

    Optional<Order> find(Connection connection, long id) throws SQLException;

    /** Orders with an id above {@code after}, in id order. */
    List<Order> list(Connection connection, @Nullable String customer, long after, int limit) throws SQLException;

    /** Writes the whole order, replacing one with the same id. */
    void save(Connection connection, Order order) throws SQLException;

    boolean delete(Connection connection, long id) throws SQLException;

    long count(Connection connection) throws SQLException;

    /** The two databases an example service can stand on. */
    enum Dialect {
        SQLITE,
        POSTGRESQL
    }
}
