package dev.bailey.control.api;

/** Answer of the health endpoints. */
public record HealthView(boolean ok, String message) {}
