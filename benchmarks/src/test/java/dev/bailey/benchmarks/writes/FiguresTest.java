package dev.bailey.benchmarks.writes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.benchmarks.load.LoadResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {

    private static final Load ANY = new Load(16, 0);

    /** The machine was half as fast in the second round, for both. */
    @Test
    void ratioIsTakenRoundByRound() {
        Figures figures = new Figures(List.of(ANY));
        figures.add(ANY, Way.LEGACY_ALONE, seen(1_000, 100));
        figures.add(ANY, Way.REPLAY, seen(1_000, 300));
        figures.add(ANY, Way.LEGACY_ALONE, seen(1_000, 200));
        figures.add(ANY, Way.REPLAY, seen(1_000, 600));

        assertThat(figures.ratio(ANY, Way.REPLAY, Seen::cpuEach).show(2)).isEqualTo("3.00 [3.00–3.00]");
    }

    @Test
    void writesAreSettledWhenTheOtherSideHasThemToo() {
        assertThat(seen(1_000, 100).perSecond()).isEqualTo(500);
        assertThat(seen(1_000, 100).settledPerSecond()).isEqualTo(250);
    }

    /** 1,000 answers in two seconds, and everything at both sides two seconds later. */
    private static Seen seen(long written, double cpuMicros) {
        return new Seen(
                new LoadResult(Map.of("ok", 1_000.0, "seconds", 2.0), List.of()),
                written,
                cpuMicros,
                2_000,
                Account.NONE);
    }
}
