package dev.bailey.control.api;

import java.util.List;
import java.util.Optional;

/** Change feeds and what they found. Thread-safe. */
@FunctionalInterface
public interface FeedViews {

    /** In the order of the file; of one slice, or of all. */
    List<FeedView> feeds(Optional<String> slice);
}
