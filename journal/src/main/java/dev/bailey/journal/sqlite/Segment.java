package dev.bailey.journal.sqlite;

import java.util.Collection;

/**
 * Records that follow each other, kept together without headers and bodies.
 *
 * @param records how many there are
 * @param open those that are not final
 * @param gap those of them that are kept as a gap
 * @param parked those of them that are parked
 * @param fromRow the first row of the log that holds a body of theirs; 0 where all of them have rows of their own
 * @param reach of this segment and those before it
 * @param content differs whenever what is kept differs
 */
record Segment(
        long first,
        long last,
        int records,
        int open,
        int gap,
        int parked,
        long fromRow,
        String minId,
        String maxId,
        long firstAt,
        long lastAt,
        Reach reach,
        long content) {

    /** Of entries in order. */
    static Segment of(Collection<Entry> entries, Reach before, long content) {
        long first = Long.MAX_VALUE;
        long last = 0;
        int open = 0;
        int gap = 0;
        int parked = 0;
        long fromRow = 0;
        String minId = "";
        String maxId = "";
        long firstAt = Long.MAX_VALUE;
        long lastAt = Long.MIN_VALUE;
        for (Entry entry : entries) {
            String id = entry.intent().id().value();
            minId = minId.isEmpty() || id.compareTo(minId) < 0 ? id : minId;
            maxId = id.compareTo(maxId) > 0 ? id : maxId;
            first = Math.min(first, entry.sequence());
            last = Math.max(last, entry.sequence());
            open += entry.isOpen() ? 1 : 0;
            gap += entry.isGap() ? 1 : 0;
            parked += entry.isParked() ? 1 : 0;
            firstAt = Math.min(firstAt, entry.at());
            lastAt = Math.max(lastAt, entry.at());
            if (!entry.written().isOwn()) {
                fromRow = fromRow == 0
                        ? entry.written().row()
                        : Math.min(fromRow, entry.written().row());
            }
        }
        return new Segment(
                first,
                last,
                entries.size(),
                open,
                gap,
                parked,
                fromRow,
                minId,
                maxId,
                firstAt,
                lastAt,
                before.with(minId, maxId),
                content);
    }

    /** One of its records has changed. */
    Segment changed(Entry before, Entry after) {
        return new Segment(
                first,
                last,
                records,
                open + (after.isOpen() ? 1 : 0) - (before.isOpen() ? 1 : 0),
                gap + (after.isGap() ? 1 : 0) - (before.isGap() ? 1 : 0),
                parked + (after.isParked() ? 1 : 0) - (before.isParked() ? 1 : 0),
                fromRow,
                minId,
                maxId,
                firstAt,
                lastAt,
                reach,
                content);
    }

    /** This one and the records that follow it. */
    Segment with(Segment added) {
        return new Segment(
                first,
                added.last,
                records + added.records,
                open + added.open,
                gap + added.gap,
                parked + added.parked,
                fromRow == 0 ? added.fromRow : Math.min(fromRow, added.fromRow == 0 ? fromRow : added.fromRow),
                minId.compareTo(added.minId) <= 0 ? minId : added.minId,
                maxId.compareTo(added.maxId) >= 0 ? maxId : added.maxId,
                Math.min(firstAt, added.firstAt),
                Math.max(lastAt, added.lastAt),
                reach.with(added.reach),
                added.content);
    }

    Segment kept(long nextContent) {
        return new Segment(
                first, last, records, open, gap, parked, fromRow, minId, maxId, firstAt, lastAt, reach, nextContent);
    }

    boolean mayHold(String id) {
        return minId.compareTo(id) <= 0 && maxId.compareTo(id) >= 0;
    }

    /** Whether some of its bodies are still in the log. */
    boolean isPinned() {
        return fromRow != 0;
    }

    int undelivered() {
        return open - gap;
    }
}
