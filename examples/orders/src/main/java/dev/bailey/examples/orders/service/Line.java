package dev.bailey.examples.orders.service;

/** One line of an order: an article at most once an order, a count and the price of one in cents. */
public record Line(String sku, int qty, long cents) {

    public Line {
        if (sku.isEmpty() || qty < 1 || cents < 0) {
            throw new IllegalArgumentException("line with sku \"" + sku + "\", qty " + qty + ", cents " + cents
                    + " (expected a sku, qty ≥ 1, cents ≥ 0)");
        }
    }
}
