package dev.bailey.datasync.feed;

import java.util.List;
import java.util.Set;

/**
 * What a feed gave.
 *
 * @param markers whose every earlier change was given before, or is given here
 */
public record Polled(List<Change> changes, Set<String> markers) {

    public static final Polled NOTHING = new Polled(List.of(), Set.of());

    public Polled {
        changes = List.copyOf(changes);
        markers = Set.copyOf(markers);
    }
}
