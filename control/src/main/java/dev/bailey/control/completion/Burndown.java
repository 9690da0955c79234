package dev.bailey.control.completion;

import java.time.LocalDate;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is left until legacy can be deleted.
 *
 * @param slices all of them
 * @param slicesLeft those that are not retired
 * @param liveFlags flags that code still asks for
 * @param legacyLines lines of legacy code; empty when no folder is declared or none exists
 * @param legacyRequestsPerDay requests of clients that legacy still serves, by slice; a slice without data is absent
 * @param legacyRequestsPerDayTotal their sum; empty when there is no data at all
 * @param daysLeft days to {@code finishBy}; negative when it is past
 */
public record Burndown(
        int slices,
        int slicesLeft,
        int liveFlags,
        OptionalLong legacyLines,
        Map<String, Double> legacyRequestsPerDay,
        OptionalDouble legacyRequestsPerDayTotal,
        LocalDate finishBy,
        long daysLeft,
        Escalation escalation,
        String message) {

    public Burndown {
        legacyRequestsPerDay = Map.copyOf(legacyRequestsPerDay);
    }

    /** How loud the overrun is said. */
    public enum Escalation {
        NONE,
        /** 30 days or less are left. */
        DUE,
        /** Past the day. */
        OVERDUE,
        /** More than 30 days past it. */
        ESCALATED
    }
}
