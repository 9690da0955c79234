package dev.bailey.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.IntakeSpec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyPaceTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE = 60 * SECOND;
    private static final long GRACE = 10 * SECOND;

    private final BodyPace pace = new BodyPace();

    private static IntakeSpec atLeast(int bytesPerSecond) {
        return new IntakeSpec(Duration.ofSeconds(1), bytesPerSecond, Duration.ofNanos(GRACE), 1, Duration.ofSeconds(1));
    }

    @Test
    void withoutALeastRateOnlyStandingStillCounts() {
        pace.begin(atLeast(0));
        for (long now = SECOND; now < 100 * SECOND; now += SECOND) {
            assertThat(pace.waits(now, IDLE)).isEqualTo(IDLE);
            pace.came(1, now + 1);
        }
    }

    @Test
    void aClientUnderTheRateRunsOutOfTime() {
        pace.begin(atLeast(1_000));
        long now = SECOND;
        long allowed = pace.waits(now, IDLE);
        assertThat(allowed).isEqualTo(GRACE);
        int rounds = 0;
        while (allowed > 1 && rounds < 100) {
            now += SECOND;
            pace.came(100, now);
            allowed = pace.waits(now, IDLE);
            rounds++;
        }
        assertThat(rounds)
                .as("ten seconds of grace, and a tenth of a second earned in each")
                .isEqualTo(12);
    }

    @Test
    void aClientAtTheRateHasItsGraceAlways() {
        pace.begin(atLeast(1_000));
        for (long now = SECOND; now < 1_000 * SECOND; now += SECOND) {
            assertThat(pace.waits(now, IDLE)).isGreaterThanOrEqualTo(GRACE);
            pace.came(1_000, now + SECOND);
        }
    }

    @Test
    void timeInWhichNobodyWaitedIsNotTheClients() {
        pace.begin(atLeast(1_000));
        long now = SECOND;
        for (int i = 0; i < 100; i++) {
            pace.waits(now, IDLE);
            pace.came(1, now + SECOND / 1_000);
            now += 30 * SECOND;
        }
        assertThat(pace.waits(now, IDLE)).isGreaterThan(GRACE - SECOND);
    }

    @Test
    void thePaceOfOneBodyIsNotTheNextOnes() {
        pace.begin(atLeast(1_000));
        pace.waits(SECOND, IDLE);
        pace.came(1, 50 * SECOND);
        assertThat(pace.waits(50 * SECOND, IDLE)).isEqualTo(1);
        pace.begin(atLeast(1_000));
        assertThat(pace.waits(50 * SECOND, IDLE)).isEqualTo(GRACE);
    }
}
