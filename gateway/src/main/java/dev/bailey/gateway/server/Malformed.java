package dev.bailey.gateway.server;

/** A request that is refused as it stands; the connection cannot be read on. */
record Malformed(int status, String message) {}
