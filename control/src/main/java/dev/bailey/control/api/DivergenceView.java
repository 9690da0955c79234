package dev.bailey.control.api;

import java.time.Instant;
import java.util.List;

/**
 * A confirmed difference between the two stores.
 *
 * @param kind {@code missing} (not in the follower), {@code extra} (only there) or {@code different}
 * @param paths JSON pointers of the fields that differ
 * @param repaired whether a refresh has mended it since
 */
public record DivergenceView(
        String slice, String entity, String kind, List<String> paths, Instant foundAt, boolean repaired) {
    public DivergenceView {
        paths = List.copyOf(paths);
    }
}
