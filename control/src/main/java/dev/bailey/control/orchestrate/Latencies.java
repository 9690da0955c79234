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

    /** Distance to the next bucket in use and its count, in groups of seven bits, lowest first. */
    private final byte[] packed;

    private Latencies(byte[] packed) {
        this.packed = packed;
    }

    static Latencies of(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return NONE;
        }
        Total total = new Total();
        for (HistogramIterationValue value : histogram.recordedValues()) {
            total.add(bucket(value.getValueIteratedTo()), value.getCountAtValueIteratedTo());
        }
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
        return micros <= 1 ? 0 : Math.min(BUCKETS - 1, (int) (Math.log((double) micros) / LOG_BASE));
    }

    /** A sum of counts, growing. Not thread-safe. */
    static final class Total {
        private static final long[] NOTHING = new long[BUCKETS];

        private long[] dense = NOTHING;
        private boolean any;
        private long count;

        void add(Latencies latencies) {
            latencies.forEach(this::add);
        }

        void remove(Latencies latencies) {
            latencies.forEach((bucket, count) -> add(bucket, -count));
        }

        void add(Total other) {
            if (other.any && !any) {
                any = true;
                dense = other.dense.clone();
            } else if (other.any) {
                for (int i = 0; i < BUCKETS; i++) {
                    dense[i] += other.dense[i];
                }
            }
            count += other.count;
        }

        private void add(int bucket, long more) {
            if (!any) {
                any = true;
                dense = new long[BUCKETS];
            }
            dense[bucket] += more;
            count += more;
        }

        long count() {
            return count;
        }

        /** The latency in µs of the {@code rank}-th fastest answer, counted from 1. */
        double atRank(long rank) {
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += dense[i];
                if (seen >= rank) {
                    return Math.exp((i + 0.5) * LOG_BASE);
                }
            }
            throw new IllegalArgumentException("rank " + rank + " (expected at most " + seen + ")");
        }

        double quantile(double q) {
            return atRank(Math.max(1, (long) Math.ceil(q * count())));
        }

        Latencies sealed() {
            if (!any) {
                return NONE;
            }
            ByteArrayOutputStream packed = new ByteArrayOutputStream(64);
            int last = 0;
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                if (dense[bucket] > 0) {
                    write(packed, bucket - last);
                    write(packed, dense[bucket]);
                    last = bucket;
                }
            }
            return new Latencies(packed.toByteArray());
        }

        private static void write(ByteArrayOutputStream packed, long number) {
            long left = number;
            while (left > 0x7f) {
                packed.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            packed.write((int) left);
        }
    }
}
