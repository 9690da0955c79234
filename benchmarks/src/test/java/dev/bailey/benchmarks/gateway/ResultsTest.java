package dev.bailey.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.machine.CpuTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final Scenario ANY = Scenario.ALL.getFirst();

    /** The machine was half as fast in the second round, for both. */
    @Test
    void ratioIsTakenRoundByRound() {
        Results results = new Results();
        results.add(ANY, "a", measurement(200));
        results.add(ANY, "b", measurement(100));
        results.add(ANY, "a", measurement(400));
        results.add(ANY, "b", measurement(200));

        assertThat(results.ratio(ANY, "a", "b", Measurement::cpuMicros).show(2)).isEqualTo("2.00 [2.00–2.00]");
    }

    @Test
    void cpuTimeIsUserAndKernelTimeOverRequestsAnsweredAfterTheLead() {
        assertThat(measurement(300).cpuMicros()).isEqualTo(3_000);
    }

    private static Measurement measurement(long ticks) {
        return new Measurement(
                new CpuTime(ticks - 40, 40), 0, new LoadResult(Map.of("ok", 1_500.0, "counted", 1_000.0), List.of()));
    }
}
