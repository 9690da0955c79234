package dev.bailey.control.orchestrate;

import dev.bailey.control.orchestrate.Slot.Count;
import dev.bailey.model.phase.Side;
import java.util.Arrays;

/** The sum of what a slice did over some time. Filled by one thread, then only read. */
final class Window {

    static final int FALLBACKS = 8;
    static final int LOST = 14;
    static final int COUNTS = 15;

    private static final int MATCH = 9;
    private static final int ACCEPTED = 10;
    private static final int NOISE = 11;
    private static final int LAG = 12;
    private static final int DIFFERENCE = 13;

    /** Shared by all slots in which nothing happened; never written. */
    private static final long[] NOTHING = new long[COUNTS];

    final long second;
    final int seconds;
    final long[] counts = new long[COUNTS];
    private final Latencies.Total legacy = new Latencies.Total();
    private final Latencies.Total modern = new Latencies.Total();
    private int slots;

    Window(long second, int seconds) {
        this.second = second;
        this.seconds = seconds;
    }

    void add(Slot slot) {
        for (int i = 0; i < COUNTS; i++) {
            counts[i] += slot.counts()[i];
        }
        legacy.add(slot.legacy());
        modern.add(slot.modern());
        slots++;
    }

    /** Takes back what was added before. */
    void remove(Slot slot) {
        for (int i = 0; i < COUNTS; i++) {
            counts[i] -= slot.counts()[i];
        }
        legacy.remove(slot.legacy());
        modern.remove(slot.modern());
        slots--;
    }

    /** The same sum over a time of another name. */
    Window copy(long begin, int length) {
        Window copy = new Window(begin, length);
        System.arraycopy(counts, 0, copy.counts, 0, COUNTS);
        copy.legacy.add(legacy);
        copy.modern.add(modern);
        copy.slots = slots;
        return copy;
    }

    void add(Count count, Side side, long value) {
        counts[count.ordinal() * 2 + side.ordinal()] += value;
    }

    void compared(String result, long count) {
        int at = switch (result) {
            case "match" -> MATCH;
            case "accepted" -> ACCEPTED;
            case "noise" -> NOISE;
            case "lag" -> LAG;
            case "difference" -> DIFFERENCE;
            default -> LOST;
        };
        counts[at] += count;
    }

    Slot sealed() {
        return new Slot(second, seconds, sealedCounts(), legacy.sealed(), modern.sealed());
    }

    /** A copy of the counts; one for all where nothing was counted. */
    long[] sealedCounts() {
        return Arrays.equals(counts, NOTHING) ? NOTHING : counts.clone();
    }

    /** False when there is no data at all for the time. */
    boolean measured() {
        return slots > 0;
    }

    long of(Count count, Side side) {
        return counts[count.ordinal() * 2 + side.ordinal()];
    }

    long served(Side side) {
        return of(Count.SERVED, side);
    }

    /** Everything the side was asked, mirrored requests and, for modern, those it failed and legacy answered. */
    long asked(Side side) {
        return served(side) + of(Count.SHADOWED, side) + (side == Side.MODERN ? fallbacks() : 0);
    }

    long errors(Side side) {
        return of(Count.SERVED_ERRORS, side)
                + of(Count.SHADOWED_ERRORS, side)
                + (side == Side.MODERN ? fallbacks() : 0);
    }

    long fallbacks() {
        return counts[FALLBACKS];
    }

    /** Comparisons that came to a result. */
    long compared() {
        return counts[MATCH] + counts[ACCEPTED] + counts[NOISE] + counts[LAG] + counts[DIFFERENCE];
    }

    long differences() {
        return counts[DIFFERENCE];
    }

    long lost() {
        return counts[LOST];
    }

    Latencies.Total latency(Side side) {
        return side == Side.LEGACY ? legacy : modern;
    }
}
