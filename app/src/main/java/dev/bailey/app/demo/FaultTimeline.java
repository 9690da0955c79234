package dev.bailey.app.demo;

import dev.bailey.app.demo.FaultPlan.Planned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** What was really done, and when, counted from the first moment. Thread-safe. */
final class FaultTimeline {

    private final LongSupplier nanoTime;
    private final long began;
    private final List<Entry> entries = new ArrayList<>();

    FaultTimeline(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /**
     * One fault.
     *
     * @param endMs when it was over; less than 0 while it lasts
     * @param what came of it, where that is not said by its kind
     */
    record Entry(Planned fault, long beginMs, long endMs, String what) {

        /** In one line. */
        String words() {
            Planned planned = fault;
            String by =
                    planned.kind() == FaultKind.DELAY ? " by " + planned.by().toMillis() + " ms" : "";
            String lasted = endMs < 0 ? "not over" : (endMs - beginMs) + " ms";
            return String.format(
                            Locale.ROOT,
                            "%8.3f s  %-18s %s%s, %s",
                            beginMs / 1e3,
                            planned.place().words(),
                            planned.kind().words(),
                            by,
                            lasted)
                    + (what.isEmpty() ? "" : ": " + what);
        }
    }

    Duration sinceBegin() {
        return Duration.ofNanos(nanoTime.getAsLong() - began);
    }

    /** Notes that a fault begins; gives its number for {@link #ended}. */
    synchronized int begun(Planned fault) {
        entries.add(new Entry(fault, sinceBegin().toMillis(), -1, ""));
        return entries.size() - 1;
    }

    synchronized void ended(int number, String what) {
        Entry entry = entries.get(number);
        entries.set(
                number, new Entry(entry.fault(), entry.beginMs(), sinceBegin().toMillis(), what));
    }

    /** In the order in which they began. */
    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How often each kind was done to each subject. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        entries().stream()
                .map(Entry::fault)
                .sorted(Comparator.comparing((Planned fault) -> fault.place().subject())
                        .thenComparingInt(fault -> fault.place().node())
                        .thenComparing(Planned::kind))
                .forEach(fault ->
                        counts.merge(fault.place().words() + ": " + fault.kind().words(), 1L, Long::sum));
        return counts;
    }
}
