package dev.bailey.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedsReportTest {

    private final SeedsReport report = new SeedsReport(3, 10);

    @Test
    void theSmallestBrokenSeedIsToldWithTheEndOfItsTrace() {
        report.add(result(8, Optional.of("Order: b before a")));
        report.add(result(4, Optional.of("Order: a before b")));
        report.add(result(2, Optional.empty()));

        List<String> lines = report.lines(new Counts(), Duration.ZERO);

        assertThat(report.isGood()).isFalse();
        assertThat(lines)
                .contains("- seed 4: Order: a before b", "- seed 8: Order: b before a", "## The end of seed 4")
                .anyMatch(line -> line.contains("`./bailey simulate --nodes 3 --seed 4`"))
                .contains("4 41", "4 100")
                .doesNotContain("4 40", "8 100");
    }

    @Test
    void nothingIsToldOfTracesWhereNothingWasBroken() {
        assertThat(report.add(result(1, Optional.empty()))).isNull();

        assertThat(report.isGood()).isTrue();
        assertThat(report.lines(new Counts(), Duration.ZERO)).noneMatch(line -> line.contains("The end of"));
    }

    private static Simulation.Result result(long seed, Optional<String> violation) {
        List<String> trace =
                IntStream.rangeClosed(1, 100).mapToObj(i -> seed + " " + i).toList();
        return new Simulation.Result(seed, violation, violation.isPresent() ? "Order" : "", 1, new Counts(), trace);
    }
}
