package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bailey.control.orchestrate.Confidence.Between;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ConfidenceTest {

    @Test
    void normalQuantilesAreThoseOfTheTables() {
        assertThat(Confidence.z(0.05)).isCloseTo(1.960, within(0.001));
        assertThat(Confidence.z(0.01)).isCloseTo(2.576, within(0.001));
    }

    @Test
    void theQuantileIntervalHoldsTheTrueValueAsOftenAsItSays() {
        Random random = new Random(4711);
        double truth = -Math.log(0.01) * 1_000;
        int held = 0;
        int rounds = 400;
        for (int round = 0; round < rounds; round++) {
            Histogram histogram = new Histogram(3);
            for (int i = 0; i < 2_000; i++) {
                histogram.recordValue(1 + (long) (-Math.log(1 - random.nextDouble()) * 1_000));
            }
            Latencies.Total total = new Latencies.Total();
            total.add(Latencies.of(histogram));
            Between p99 = Confidence.quantile(total, 0.99, 0.05);
            held += p99.low() <= truth && truth <= p99.high() ? 1 : 0;
        }
        assertThat((double) held / rounds).isBetween(0.92, 1.0);
    }

    @Test
    void tooFewSamplesDoNotBoundAQuantileFromAbove() {
        Histogram histogram = new Histogram(3);
        for (int i = 0; i < 100; i++) {
            histogram.recordValue(1_000);
        }
        Latencies.Total total = new Latencies.Total();
        total.add(Latencies.of(histogram));
        assertThat(Confidence.quantile(total, 0.99, 0.05).high()).isInfinite();
    }

    @Test
    void wilsonsIntervalIsThatOfTheLiterature() {
        // Newcombe 1998, 81 of 263.
        Between share = Confidence.share(81, 263, 0.05);
        assertThat(share.low()).isCloseTo(0.2553, within(0.0005));
        assertThat(share.high()).isCloseTo(0.3662, within(0.0005));
    }

    @Test
    void theDifferenceOfSharesIsThatOfTheLiterature() {
        // Newcombe 1998 (II), 56 of 70 against 48 of 80, method 10.
        Between difference = Confidence.difference(56, 70, 48, 80, 0.05);
        assertThat(difference.low()).isCloseTo(0.0524, within(0.0005));
        assertThat(difference.high()).isCloseTo(0.3339, within(0.0005));
    }

    @Test
    void latenciesSurviveATableAndKeepTheirQuantiles() {
        Histogram histogram = new Histogram(3);
        for (int i = 1; i <= 10_000; i++) {
            histogram.recordValue(i);
        }
        Latencies.Total total = new Latencies.Total();
        total.add(Latencies.parse(Latencies.of(histogram).text()));
        assertThat(total.count()).isEqualTo(10_000);
        assertThat(total.quantile(0.99)).isCloseTo(9_900, within(150.0));
        assertThat(total.quantile(0.5)).isCloseTo(5_000, within(80.0));
    }
}
