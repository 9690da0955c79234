package dev.bailey.examples.orders.service;

import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How one service speaks of orders. Thread-safe; pure. */
public interface OrderContract {

    /** Path of the collection, such as {@code /api/orders}. */
    String path();

    /** The id as this contract writes it in paths. */
    String id(long id);

    /** Reads an id from a path or parameter; empty when it is none. */
    OptionalLong parseId(String text);

    /**
     * The order a body asks for, with id 0 when it gives none.
     *
     * @throws IllegalArgumentException saying what is wrong with the body
     */
    Order read(JsonNode body);

    /** The document of an order. */
    ObjectNode write(Order order);

    /** The document of a page of orders; {@code more} when there are further ones. */
    ObjectNode writeList(List<Order> orders, boolean more);
}
