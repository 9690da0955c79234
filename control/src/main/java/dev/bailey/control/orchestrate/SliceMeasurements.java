package dev.bailey.control.orchestrate;

import dev.bailey.control.state.TrafficMinutes;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one slice did: seconds for the last quarter of an hour, minutes for 48 hours before. Thread-safe. */
final class SliceMeasurements {

    private static final int SECONDS_KEPT = 900;
    private static final int MINUTES_KEPT = 2_880;
    private static final int MAX_WINDOWS = 500;

    /** The watch asks for the last window, and some gates for the burn-in; people's questions come between. */
    private static final int SUMS_KEPT = 4;

    private final SliceName slice;
    private final TrafficMinutes store;
    private final ArrayDeque<Slot> seconds = new ArrayDeque<>();
    private final ArrayDeque<Slot> minutes = new ArrayDeque<>();
    private final List<SlidingSum> sums = new ArrayList<>();
    private @Nullable Window minute;
    private @Nullable Windowed lastWindows;
    private @Nullable Totalled lastTotal;

    /** What was asked for last, until something new is measured: every gate of a look asks for the same. */
    private record Windowed(Instant from, Instant to, Duration length, List<Window> windows) {}

    private record Totalled(Instant from, Instant to, Window total) {}

    SliceMeasurements(SliceName slice, TrafficMinutes store) {
        this.slice = slice;
        this.store = store;
        for (TrafficMinutes.Minute kept : store.of(slice)) {
            minutes.add(Slot.parse(kept.second(), 60, kept.counts()));
        }
        trim(minutes, MINUTES_KEPT);
    }

    void record(Slot slot) {
        Optional<Slot> complete = add(slot);
        complete.ifPresent(full -> store.keep(slice, full.second(), full.text()));
    }

    private synchronized Optional<Slot> add(Slot slot) {
        lastWindows = null;
        lastTotal = null;
        Slot last = seconds.peekLast();
        if (last != null && slot.second() <= last.second()) {
            // Several gateways, or a clock that stood still: the same second again.
            Window both = new Window(last.second(), 1);
            both.add(last);
            both.add(slot);
            seconds.pollLast();
            seconds.addLast(both.sealed());
            sums.clear();
        } else {
            seconds.addLast(slot);
            trim(seconds, SECONDS_KEPT);
        }
        long begins = Math.floorDiv(slot.second(), 60) * 60;
        Window current = minute;
        Optional<Slot> complete = Optional.empty();
        if (current == null || current.second < begins) {
            complete = Optional.ofNullable(current).map(Window::sealed);
            complete.ifPresent(full -> {
                minutes.addLast(full);
                trim(minutes, MINUTES_KEPT);
            });
            current = new Window(begins, 60);
            minute = current;
        }
        current.add(slot);
        return complete;
    }

    /** Keeps the minute that is not over yet as well. */
    void flush() {
        Optional<Slot> unfinished;
        synchronized (this) {
            unfinished = Optional.ofNullable(minute).map(Window::sealed);
        }
        unfinished.ifPresent(part -> store.keep(slice, part.second(), part.text()));
    }

    /**
     * The sum over a time, only to be read. Every look asks for the spans of the look before, a little later: of those only what came
     * and what went is counted.
     */
    synchronized Window total(Instant from, Instant to) {
        Totalled last = lastTotal;
        if (last == null || !last.from.equals(from) || !last.to.equals(to)) {
            last = new Totalled(from, to, sum(from, to));
            lastTotal = last;
        }
        return last.total;
    }

    private Window sum(Instant from, Instant to) {
        long begin = begin(from);
        long end = to.getEpochSecond();
        SlidingSum sum = nearest(begin, end);
        sums.remove(sum);
        sums.add(sum);
        if (sums.size() > SUMS_KEPT) {
            sums.removeFirst();
        }
        return sum.slide(begin, end, minutes, seconds).copy(from.getEpochSecond(), seconds(from, to));
    }

    private SlidingSum nearest(long begin, long end) {
        SlidingSum nearest = null;
        for (SlidingSum kept : sums) {
            if (kept.reaches(begin, end)
                    && (nearest == null || kept.distance(begin, end) < nearest.distance(begin, end))) {
                nearest = kept;
            }
        }
        return nearest == null ? new SlidingSum() : nearest;
    }

    /**
     * Sustained windows of a length, each begun half a length after the one before; over a long time with short windows they
     * are lengthened so that there are at most {@value #MAX_WINDOWS}. A shorter time is one window. Windows without data are
     * left out.
     */
    synchronized List<Window> windows(Instant from, Instant to, Duration length) {
        Windowed last = lastWindows;
        if (last == null || !last.from.equals(from) || !last.to.equals(to) || !last.length.equals(length)) {
            last = new Windowed(from, to, length, List.copyOf(cut(from, to, length)));
            lastWindows = last;
        }
        return last.windows;
    }

    private List<Window> cut(Instant from, Instant to, Duration length) {
        long span = seconds(from, to);
        long long1 = Math.max(Math.max(1, length.toSeconds()), span * 2 / MAX_WINDOWS);
        long step = Math.max(1, long1 / 2);
        if (to.getEpochSecond() < begin(from) + long1) {
            Window all = total(from, to); // nothing is left over for a second window
            return all.measured() ? List.of(all) : List.of();
        }
        List<Slot> slots = slots(from, to);
        long first = slots.isEmpty() ? to.getEpochSecond() : slots.getFirst().second();
        List<Window> windows = new ArrayList<>();
        int begin = 0;
        for (long start = first; start == first || start + long1 <= to.getEpochSecond() + 1; start += step) {
            Window window = new Window(start, (int) long1);
            while (begin < slots.size() && slots.get(begin).second() < start) {
                begin++;
            }
            for (int i = begin; i < slots.size() && slots.get(i).second() < start + long1; i++) {
                window.add(slots.get(i));
            }
            if (window.measured()) {
                windows.add(window);
            }
        }
        return windows;
    }

    /** When measuring began, at or after a moment. */
    Optional<Instant> firstSince(Instant from, Instant to) {
        return slots(from, to).stream().findFirst().map(Slot::from);
    }

    /** Looked for from the newest on: who asks mostly asks for the last minutes. */
    private synchronized List<Slot> slots(Instant from, Instant to) {
        long begin = begin(from);
        long end = to.getEpochSecond();
        long fineFrom = SlidingSum.fineFrom(seconds);
        ArrayDeque<Slot> found = new ArrayDeque<>();
        collect(seconds, begin, end, found);
        if (begin < fineFrom) {
            collect(minutes, begin, Math.min(end, fineFrom - 60), found);
        }
        return List.copyOf(found);
    }

    private static void collect(ArrayDeque<Slot> newestLast, long begin, long end, ArrayDeque<Slot> into) {
        for (Iterator<Slot> newest = newestLast.descendingIterator(); newest.hasNext(); ) {
            Slot slot = newest.next();
            if (slot.second() < begin) {
                return;
            }
            if (slot.second() <= end) {
                into.addFirst(slot);
            }
        }
    }

    private static long begin(Instant from) {
        return from.getEpochSecond() + (from.getNano() > 0 ? 1 : 0);
    }

    private static int seconds(Instant from, Instant to) {
        return (int) Math.max(
                1, Math.min(Integer.MAX_VALUE, Duration.between(from, to).toSeconds()));
    }

    private static void trim(ArrayDeque<Slot> slots, int kept) {
        while (slots.size() > kept) {
            slots.pollFirst();
        }
    }
}
