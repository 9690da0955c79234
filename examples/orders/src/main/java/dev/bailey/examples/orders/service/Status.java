package dev.bailey.examples.orders.service;

/** Where an order stands. The names are legacy's codes. */
public enum Status {
    NEW,
    PAID,
    SHIPPED,
    CANCELLED
}
