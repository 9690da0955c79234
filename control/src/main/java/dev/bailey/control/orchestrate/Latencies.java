package dev.bailey.control.orchestrate;

import java.io.ByteArrayOutputStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Counts of latencies in buckets that grow by 2 %, so that any quantile is known to 1 %, and thousands of seconds fit into
 * memory: only buckets in use are kept, packed. Immutable.
 */
final class Latencies {

    static final Latencies NONE = new Latencies(new byte[0]);

    private static final double LOG_BASE = Math.log(1.02);

    /** 1.02^1023 µs is about ten minutes; slower answers count as that. */
    private static final int BUCKETS = 1_024;

    /** The buckets of latencies that are seen most. */
    private static final short[] COMMON = common();

    /** Distance to the next bucket in use and its count, in groups of seven bits, lowest first. */
    private final byte[] packed;

    private Latencies(byte[] packed) {
        this.packed = packed;
    }

    static Latencies of(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return NONE;
        }
        Packer packer = new Packer();
        for (HistogramIterationValue value : histogram.recordedValues()) {
            packer.add(bucket(value.getValueIteratedTo()), value.getCountAtValueIteratedTo());
        }
        return packer.packed();
    }

    Latencies and(Latencies other) {
        if (packed.length == 0 || other.packed.length == 0) {
            return packed.length == 0 ? other : this;
        }
        Total total = new Total();
        total.add(this);
        total.add(other);
        return total.sealed();
    }

    private interface Reader {
        void of(int bucket, long count);
    }

    private void forEach(Reader reader) {
        Cursor cursor = new Cursor();
        int bucket = 0;
        while (cursor.at < packed.length) {
            bucket += (int) cursor.next(packed);
            reader.of(bucket, cursor.next(packed));
        }
    }

    private static final class Cursor {
        int at;

        long next(byte[] packed) {
            long value = 0;
            int shift = 0;
            byte b;
            do {
                b = packed[at++];
                value |= (long) (b & 0x7f) << shift;
                shift += 7;
            } while (b < 0);
            return value;
        }
    }

    /** As {@code bucket:count} pairs, for a table. */
    String text() {
        StringBuilder text = new StringBuilder();
        forEach((bucket, count) -> text.append(text.isEmpty() ? "" : " ")
                .append(bucket)
                .append(':')
                .append(count));
        return text.toString();
    }

    static Latencies parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        Total total = new Total();
        for (String pair : text.split(" ")) {
            int colon = pair.indexOf(':');
            total.add(Integer.parseInt(pair.substring(0, colon)), Long.parseLong(pair.substring(colon + 1)));
        }
        return total.sealed();
    }

    private static int bucket(long micros) {
        return micros < COMMON.length ? COMMON[(int) micros] : computed(micros);
    }

    private static int computed(long micros) {
        return micros <= 1 ? 0 : Math.min(BUCKETS - 1, (int) (Math.log((double) micros) / LOG_BASE));
    }

    private static short[] common() {
        short[] buckets = new short[8_192];
        for (int micros = 0; micros < buckets.length; micros++) {
            buckets[micros] = (short) computed(micros);
        }
        return buckets;
    }

    /** Packs counts that come in the order of their buckets, those of one bucket in any number of parts. */
    private static final class Packer {
        private final ByteArrayOutputStream packed = new ByteArrayOutputStream(256);
        private int last;
        private int bucket;
        private long count;

        void add(int next, long more) {
            if (next != bucket) {
                end();
                bucket = next;
            }
            count += more;
        }

        private void end() {
            if (count > 0) {
                write(bucket - last);
                write(count);
                last = bucket;
            }
            count = 0;
        }

        private void write(long number) {
            long left = number;
            while (left > 0x7f) {
                packed.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            packed.write((int) left);
        }

        Latencies packed() {
            end();
            return packed.size() == 0 ? NONE : new Latencies(packed.toByteArray());
        }
    }

    /** A sum of counts, growing. Not thread-safe. */
    static final class Total {
        /** So many buckets are made room for at once. */
        private static final int STEP = 64;

        private static final long[] NOTHING = {};

        /** Counts of the buckets from {@code first} on, no more of them than are in use, give or take a step. */
        private long[] dense = NOTHING;

        private int first;
        private long count;

        void add(Latencies latencies) {
            latencies.forEach(this::add);
        }

        void remove(Latencies latencies) {
            latencies.forEach((bucket, count) -> add(bucket, -count));
        }

        void add(Total other) {
            if (dense.length == 0) {
                dense = other.dense.clone();
                first = other.first;
            } else if (other.dense.length > 0) {
                makeRoom(other.first, other.first + other.dense.length - 1);
                for (int i = 0; i < other.dense.length; i++) {
                    dense[other.first + i - first] += other.dense[i];
                }
            }
            count += other.count;
        }

        private void add(int bucket, long more) {
            makeRoom(bucket, bucket);
            dense[bucket - first] += more;
            count += more;
        }

        private void makeRoom(int from, int to) {
            int end = first + dense.length;
            if (from >= first && to < end) {
                return;
            }
            int newFirst = (dense.length == 0 ? from : Math.min(first, from)) / STEP * STEP;
            int newEnd = (Math.max(end, to + 1) + STEP - 1) / STEP * STEP;
            long[] wider = new long[newEnd - newFirst];
            System.arraycopy(dense, 0, wider, dense.length == 0 ? 0 : first - newFirst, dense.length);
            dense = wider;
            first = newFirst;
        }

        long count() {
            return count;
        }

        /** The latency in µs of the {@code rank}-th fastest answer, counted from 1. */
        double atRank(long rank) {
            long seen = 0;
            for (int i = 0; i < dense.length; i++) {
                seen += dense[i];
                if (seen >= rank) {
                    return Math.exp((first + i + 0.5) * LOG_BASE);
                }
            }
            throw new IllegalArgumentException("rank " + rank + " (expected at most " + seen + ")");
        }

        double quantile(double q) {
            return atRank(Math.max(1, (long) Math.ceil(q * count())));
        }

        Latencies sealed() {
            Packer packer = new Packer();
            for (int i = 0; i < dense.length; i++) {
                packer.add(first + i, dense[i]);
            }
            return packer.packed();
        }
    }
}
