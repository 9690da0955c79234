package dev.bailey.control.orchestrate;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The sum over a span of time that moves on: of a later span only the slots that came and those that went are counted, where the
 * whole would be thousands for every slice and second. Not thread-safe.
 */
final class SlidingSum {

    /** A span that begins or ends further away is another one. */
    private static final long REACH = 60;

    private final ArrayDeque<Slot> minutes = new ArrayDeque<>();
    private final ArrayDeque<Slot> seconds = new ArrayDeque<>();
    private final Window sum = new Window(0, 1);
    private long begin = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    /** Whether sliding there is less work than adding up anew. */
    boolean reaches(long toBegin, long toEnd) {
        return toBegin >= begin && toBegin - begin <= REACH && toEnd >= end && toEnd - end <= REACH;
    }

    long distance(long toBegin, long toEnd) {
        return toBegin - begin + toEnd - end;
    }

    /**
     * Moves on and returns the sum, which the next call changes: seconds where they are kept, minutes before.
     *
     * @param toBegin first second that counts, none before the last call's
     * @param toEnd last second that counts, none before the last call's
     */
    Window slide(long toBegin, long toEnd, ArrayDeque<Slot> allMinutes, ArrayDeque<Slot> allSeconds) {
        begin = toBegin;
        end = toEnd;
        long fineFrom = fineFrom(allSeconds);
        slide(seconds, allSeconds, Math.max(begin, fineFrom), end);
        slide(minutes, allMinutes, begin, begin < fineFrom ? Math.min(end, fineFrom - 60) : Long.MIN_VALUE);
        return sum;
    }

    /** The first second kept as such. */
    static long fineFrom(ArrayDeque<Slot> seconds) {
        Slot oldest = seconds.peekFirst();
        return oldest == null ? Long.MAX_VALUE : oldest.second();
    }

    @SuppressWarnings("ReferenceEquality") // the very slot: there can be two of one minute, around a restart
    private void slide(ArrayDeque<Slot> within, ArrayDeque<Slot> all, long first, long last) {
        while (!within.isEmpty() && within.getFirst().second() < first) {
            sum.remove(within.removeFirst());
        }
        while (!within.isEmpty() && within.getLast().second() > last) {
            sum.remove(within.removeLast());
        }
        Slot known = within.peekLast();
        ArrayDeque<Slot> come = new ArrayDeque<>();
        for (Iterator<Slot> newest = all.descendingIterator(); newest.hasNext(); ) {
            Slot slot = newest.next();
            if (slot == known || slot.second() < first) {
                break;
            }
            if (slot.second() <= last) {
                come.addFirst(slot);
            }
        }
        come.forEach(sum::add);
        within.addAll(come);
    }
}
