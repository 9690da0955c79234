package dev.bailey.control.api;

import java.util.List;
import java.util.Optional;

/**
 * A list answer.
 *
 * @param next value of {@code before} that gives the following page; absent at the end
 */
public record Page<T>(List<T> items, Optional<String> next) {

    public Page {
        items = List.copyOf(items);
    }

    public static <T> Page<T> whole(List<T> items) {
        return new Page<>(items, Optional.empty());
    }
}
