package dev.bailey.gateway.proxy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.HdrHistogram.Histogram;

/**
 * How often which latency was seen, in microseconds: linear up to {@value #LINEAR}, above that in steps of less than 1 %, as
 * HdrHistogram with two digits has them; above {@value #MAX_MICROS} µs all count as that. Counts only ever grow, so that
 * recording is a few plain writes without a lock or a change of buffers, and whoever takes an interval remembers what was taken
 * before. Counts of a block of neighbours say where anything is new, as most of thousands never change: looking at all of them would
 * put what requests need out of the cache. One thread records, one at a time takes, any may read.
 */
final class LatencyCounts {

    static final long MAX_MICROS = 600_000_000;

    private static final int HALF_BITS = 7;
    private static final int HALF = 1 << HALF_BITS;
    private static final int LINEAR = 2 * HALF;
    private static final int SIZE = index(MAX_MICROS) + 1;
    private static final int DIGITS = 2;
    private static final int BLOCK_BITS = 5;
    private static final int BLOCKS = (SIZE >> BLOCK_BITS) + 1;

    private static final long[] LOWEST = new long[SIZE + 1];

    static {
        for (int i = 0; i <= SIZE; i++) {
            LOWEST[i] = lowest(i);
        }
    }

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SUM = 0; // of all, in nanoseconds
    private static final int COUNT = 1;
    private static final int FIRST_BLOCK = 2;
    private static final int FIRST = FIRST_BLOCK + BLOCKS;

    /** The sum, how many there are, the blocks, the counts: side by side, so that recording looks at few lines of memory. */
    private final long[] cells = new long[FIRST + SIZE];

    private final long[] taken = new long[SIZE];
    private final long[] takenBlocks = new long[BLOCKS];

    void record(long nanos) {
        int at = index(Math.clamp(nanos / 1_000, 0, MAX_MICROS));
        add(FIRST + at, 1);
        add(FIRST_BLOCK + (at >> BLOCK_BITS), 1);
        add(SUM, Math.max(0, nanos));
        add(COUNT, 1); // last: what is counted is there
    }

    /** How many were recorded. */
    long count() {
        return read(COUNT);
    }

    private void add(int cell, long more) {
        CELLS.setRelease(cells, cell, cells[cell] + more);
    }

    private long read(int cell) {
        return (long) CELLS.getAcquire(cells, cell);
    }

    static int index(long micros) {
        if (micros < LINEAR) {
            return (int) micros;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - HALF_BITS;
        return (shift << HALF_BITS) + (int) (micros >>> shift);
    }

    /** The least latency that is counted at an index. */
    static long lowest(int index) {
        int shift = Math.max(0, (index >> HALF_BITS) - 1);
        return (long) (index - (shift << HALF_BITS)) << shift;
    }

    /** At least the highest latency recorded since the last {@link #takeInto}, in microseconds; 0 without one. */
    long highest() {
        for (int block = BLOCKS - 1; block >= 0; block--) {
            if (read(FIRST_BLOCK + block) != takenBlocks[block]) {
                return LOWEST[Math.min(SIZE, block + 1 << BLOCK_BITS)];
            }
        }
        return 0;
    }

    /** Adds what was recorded since the last call. */
    void takeInto(Histogram interval) {
        for (int block = 0; block < BLOCKS; block++) {
            // Counted after its latency was: whatever is read of the block now, the latencies are there.
            long now = read(FIRST_BLOCK + block);
            if (now != takenBlocks[block]) {
                takeBlock(block, interval);
                takenBlocks[block] = now;
            }
        }
    }

    private void takeBlock(int block, Histogram interval) {
        int end = Math.min(SIZE, block + 1 << BLOCK_BITS);
        for (int i = block << BLOCK_BITS; i < end; i++) {
            long now = read(FIRST + i);
            if (now != taken[i]) {
                interval.recordValueWithCount(LOWEST[i], now - taken[i]);
                taken[i] = now;
            }
        }
    }

    /** One that holds what {@link #takeInto} adds, and grows where it must. */
    static Histogram interval(long highestMicros) {
        Histogram interval = new Histogram(Math.max(2, highestMicros), DIGITS);
        interval.setAutoResize(true);
        return interval;
    }

    /**
     * Adds up everything by buckets.
     *
     * @param boundsNanos upper bounds, rising
     * @param sums of each bucket, of one without a bound, and of all latencies in nanoseconds
     */
    void addTo(long[] boundsNanos, long[] sums) {
        int bucket = 0;
        for (int i = 0; i < SIZE; i++) {
            while (bucket < boundsNanos.length && LOWEST[i] * 1_000 > boundsNanos[bucket]) {
                bucket++;
            }
            sums[bucket] += read(FIRST + i);
        }
        sums[boundsNanos.length + 1] += read(SUM);
    }
}
