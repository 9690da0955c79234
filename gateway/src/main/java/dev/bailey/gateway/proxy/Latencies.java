package dev.bailey.gateway.proxy;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * A histogram by labels, counted on the event loops at the cost of three plain writes and added up when it is scraped. Thread-safe;
 * each {@link Cells} is written by one thread.
 */
final class Latencies implements MultiCollector {

    private final String name;
    private final String help;
    private final long[] boundsNanos;
    private final List<Part> all = new CopyOnWriteArrayList<>();

    /** @param boundsNanos upper bounds of the buckets, rising; one without a bound follows */
    Latencies(String name, String help, long... boundsNanos) {
        this.name = name;
        this.help = help;
        this.boundsNanos = boundsNanos.clone();
    }

    /** Cells for one thread. */
    Cells cells(Labels labels) {
        Cells cells = new Cells(boundsNanos);
        all.add(new Part(labels, cells::addTo));
        return cells;
    }

    /** Counts that are kept anyway become part of the histogram. */
    void add(Labels labels, LatencyCounts counts) {
        all.add(new Part(labels, sums -> counts.addTo(boundsNanos, sums)));
    }

    /** What one thread counted; {@code addTo} adds the buckets, the one without a bound, and the sum in nanoseconds. */
    private record Part(Labels labels, Consumer<long[]> addTo) {}

    /** Counts of one thread. */
    static final class Cells {
        private final long[] bounds;
        private final AtomicLongArray counts;

        private Cells(long[] bounds) {
            this.bounds = bounds;
            this.counts = new AtomicLongArray(bounds.length + 2);
        }

        void record(long nanos) {
            int from = 0;
            int to = bounds.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (nanos <= bounds[middle]) {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            add(from, 1);
            add(bounds.length + 1, Math.max(0, nanos));
        }

        private void addTo(long[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += counts.getAcquire(i);
            }
        }

        private void add(int at, long more) {
            counts.setRelease(at, counts.getPlain(at) + more);
        }
    }

    @Override
    public MetricSnapshots collect() {
        List<Labels> labels = all.stream().map(Part::labels).distinct().toList();
        List<HistogramDataPointSnapshot> points = new ArrayList<>();
        for (Labels of : labels) {
            points.add(point(of));
        }
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(name).help(help);
        points.forEach(histogram::dataPoint);
        return MetricSnapshots.of(histogram.build());
    }

    private HistogramDataPointSnapshot point(Labels labels) {
        long[] sum = new long[boundsNanos.length + 2];
        for (Part part : all) {
            if (part.labels.equals(labels)) {
                part.addTo.accept(sum);
            }
        }
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < boundsNanos.length; i++) {
            buckets.bucket(boundsNanos[i] / 1e9, sum[i]);
        }
        buckets.bucket(Double.POSITIVE_INFINITY, sum[boundsNanos.length]);
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets.build())
                .sum(sum[boundsNanos.length + 1] / 1e9)
                .build();
    }
}
