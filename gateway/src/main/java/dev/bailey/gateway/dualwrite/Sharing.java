package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.RecordFeed;

/**
 * How a write path shares its journal with others.
 *
 * @param origin under which this process writes, in this life
 * @param feed of everybody's records; closed with the write path
 */
public record Sharing(String origin, RecordFeed feed) {}
