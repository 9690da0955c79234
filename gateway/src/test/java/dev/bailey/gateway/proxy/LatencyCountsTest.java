package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyCountsTest {

    private static final long MILLI = 1_000_000;

    private final SplittableRandom random = new SplittableRandom(7);
    private final LatencyCounts counts = new LatencyCounts();

    /** From a microsecond to minutes, as many of each magnitude. */
    private long nanos() {
        return (long) (1_000 * Math.pow(10, random.nextDouble(8.5)));
    }

    @Test
    void everyLatencyIsCountedWithinOnePercentOfItself() {
        for (int i = 0; i < 100_000; i++) {
            long micros = nanos() / 1_000;
            int index = LatencyCounts.index(micros);
            assertThat(LatencyCounts.lowest(index)).isLessThanOrEqualTo(micros);
            assertThat(LatencyCounts.lowest(index + 1)).isGreaterThan(micros);
            assertThat((double) micros - LatencyCounts.lowest(index)).isLessThanOrEqualTo(micros / 100.0);
        }
    }

    @Test
    void anIntervalHoldsWhatCameSinceTheLastOne() {
        counts.record(3 * MILLI);
        counts.record(3 * MILLI);
        assertThat(taken().getTotalCount()).isEqualTo(2);
        counts.record(80 * MILLI);
        Histogram second = taken();
        assertThat(second.getTotalCount()).isEqualTo(1);
        assertThat((double) second.getMaxValue()).isCloseTo(80_000, within(800.0));
        assertThat(taken().getTotalCount()).isZero();
    }

    private Histogram taken() {
        Histogram interval = LatencyCounts.interval(counts.highest());
        counts.takeInto(interval);
        return interval;
    }

    @Test
    void quantilesAreThoseOfTheValues() {
        long[] micros = new long[20_000];
        for (int i = 0; i < micros.length; i++) {
            long nanos = nanos();
            micros[i] = nanos / 1_000;
            counts.record(nanos);
        }
        Arrays.sort(micros);
        Histogram taken = taken();
        for (double percentile : new double[] {1, 50, 90, 99, 99.9}) {
            double exact = micros[(int) Math.ceil(micros.length * percentile / 100) - 1];
            assertThat((double) taken.getValueAtPercentile(percentile))
                    .as("p" + percentile)
                    .isCloseTo(exact, within(exact / 50 + 1));
        }
    }

    @Test
    void bucketsAddUpToAllAndTheSumIsExact() {
        long[] bounds = {MILLI, 10 * MILLI, 100 * MILLI};
        long[] latencies = {0, MILLI / 2, MILLI, 5 * MILLI, 99 * MILLI, 101 * MILLI, 5_000 * MILLI};
        long[] sums = new long[bounds.length + 2];
        for (long latency : latencies) {
            counts.record(latency);
        }
        counts.addTo(bounds, sums);
        assertThat(sums).containsExactly(3, 1, 1, 2, Arrays.stream(latencies).sum());
        counts.addTo(bounds, sums);
        assertThat(sums).as("adds to what is there").startsWith(6, 2, 2, 4);
    }

    @Test
    void whatIsNegativeOrLongerThanTenMinutesIsCountedAtTheEnds() {
        counts.record(-5);
        counts.record(Long.MAX_VALUE / 2);
        Histogram taken = taken();
        assertThat(taken.getTotalCount()).isEqualTo(2);
        assertThat(taken.getMinValue()).isZero();
        assertThat((double) taken.getMaxValue())
                .isCloseTo(LatencyCounts.MAX_MICROS, within(LatencyCounts.MAX_MICROS / 50.0));
    }
}
