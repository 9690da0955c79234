package dev.bailey.control.api;

import java.time.LocalDate;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What is left until the old side can be deleted.
 *
 * @param daysLeft until {@code finishBy}; negative when it is past
 * @param escalation {@code none}, {@code due}, {@code overdue} or {@code escalated}
 */
public record BurndownView(
        String migration,
        String owner,
        LocalDate finishBy,
        long daysLeft,
        String escalation,
        List<Item> items,
        String message) {

    public BurndownView {
        items = List.copyOf(items);
    }

    /**
     * One thing that must reach zero.
     *
     * @param what such as {@code slices}, {@code flags}, {@code lines of legacy code} or {@code legacy requests a day}
     * @param left how many there are; absent without data
     * @param of how many there are in all; absent when that means nothing
     */
    public record Item(String what, OptionalDouble left, OptionalDouble of, String message) {}
}
