package dev.bailey.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

    @Test
    void showsMedianLeastAndGreatest() {
        assertThat(Series.of(List.of(3.0, 1.0, 12.0)).show(1)).isEqualTo("3.0 [1.0–12.0]");
    }

    @Test
    void medianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Series.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3.0);
    }

    @Test
    void refusesNoValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Series.of(List.of()))
                .withMessageContaining("no values");
    }
}
