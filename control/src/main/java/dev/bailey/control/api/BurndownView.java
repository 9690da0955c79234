package dev.bailey.control.api;

import java.time.LocalDate;
import java.util.List;

/** What is left until the old side can be deleted. */
public record BurndownView(
        String migration,
        String owner,
        LocalDate finishBy,
        long daysLeft,
        boolean overdue,
        List<Item> items,
        String message) {

    public BurndownView {
        items = List.copyOf(items);
    }

    /**
     * One thing that must reach zero.
     *
     * @param what such as {@code slices}, {@code flags}, {@code lines of legacy code} or {@code legacy requests}
     * @param from how many there were at the start
     */
    public record Item(String what, long left, long from, String message) {}
}
