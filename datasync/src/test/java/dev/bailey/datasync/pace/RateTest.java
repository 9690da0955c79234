package dev.bailey.datasync.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateTest {

    private final List<Duration> waits = new ArrayList<>();
    private long now;
    private final Rate rate = new Rate(() -> now, wait -> {
        waits.add(wait);
        now += wait.toNanos();
    });

    private Duration waited() {
        return waits.stream().reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void waitsForWhatWasSpent() throws Exception {
        rate.limit(100);

        assertThat(rate.spend(250, () -> true)).isTrue();

        assertThat(waited()).isEqualTo(Duration.ofMillis(2_500));
    }

    @Test
    void timeThatNothingWasSpentInIsNotSaved() throws Exception {
        rate.limit(100);
        now += Duration.ofHours(1).toNanos();

        rate.spend(100, () -> true);

        assertThat(waited()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void withoutABoundNothingIsWaitedFor() throws Exception {
        assertThat(rate.spend(Integer.MAX_VALUE, () -> true)).isTrue();
        assertThat(waits).isEmpty();
    }

    @Test
    void aRaisedBoundHoldsForWhatIsOwedAlready() throws Exception {
        rate.limit(1);
        assertThat(rate.spend(1_000, () -> false)).isFalse();

        rate.limit(100);
        rate.spend(0, () -> true);

        assertThat(waited()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aBoundThatIsTakenAwayEndsTheWait() throws Exception {
        rate.limit(1);
        rate.spend(1_000, () -> false);

        rate.limit(0);

        assertThat(rate.spend(1_000, () -> true)).isTrue();
        assertThat(waits).isEmpty();
    }

    @Test
    void anEndIsHeardWithinAFifthOfASecond() throws Exception {
        rate.limit(1);

        assertThat(rate.spend(1_000, waits::isEmpty)).isFalse();

        assertThat(waits).containsExactly(Duration.ofMillis(200));
    }

    @Test
    void inOneGoIsNoMoreThanASecondsWorth() {
        assertThat(rate.atOnce(500)).isEqualTo(500);
        rate.limit(10);
        assertThat(rate.atOnce(500)).isEqualTo(10);
        rate.limit(10_000);
        assertThat(rate.atOnce(500)).isEqualTo(500);
    }
}
