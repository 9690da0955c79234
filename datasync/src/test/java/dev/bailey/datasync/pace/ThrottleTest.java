package dev.bailey.datasync.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private static final Duration CHUNK = Duration.ofMillis(700);

    private static void read(Throttle throttle, int times, Duration each) {
        for (int i = 0; i < times; i++) {
            throttle.read(10, 10 * each.toNanos());
        }
    }

    @Test
    void pausesAsLongAsAChunkTookWhereADocumentTakesMoreThanThreeTimesItsBest() {
        Throttle throttle = new Throttle();
        read(throttle, 8, Duration.ofMillis(1));

        read(throttle, 8, Duration.ofMillis(3));
        assertThat(throttle.after(CHUNK.toNanos())).isZero();

        read(throttle, 8, Duration.ofNanos(3_000_001));
        assertThat(throttle.after(CHUNK.toNanos())).isEqualTo(CHUNK);
        assertThat(throttle.after(Duration.ofHours(1).toNanos()))
                .as("for no more than")
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void afterItsRestItGoesOn() {
        Throttle throttle = new Throttle();
        read(throttle, 8, Duration.ofMillis(1));
        read(throttle, 8, Duration.ofMillis(9));
        assertThat(throttle.isStrained()).isTrue();

        read(throttle, 8, Duration.ofMillis(1));

        assertThat(throttle.isStrained()).isFalse();
    }

    @Test
    void aFewSlowReadsAreNoLoad() {
        Throttle throttle = new Throttle();
        read(throttle, 8, Duration.ofMillis(1));

        read(throttle, 3, Duration.ofSeconds(1));

        assertThat(throttle.isStrained()).isFalse();
    }

    @Test
    void nothingIsKnownBeforeTheFirstReads() {
        Throttle throttle = new Throttle();
        read(throttle, 4, Duration.ofMillis(1));
        read(throttle, 4, Duration.ofSeconds(1));

        assertThat(throttle.isStrained()).isFalse();
    }

    @Test
    void whatIsQuickEnoughIsNoTroubleHoweverMuchQuickerItWas() {
        Throttle throttle = new Throttle(Duration.ofMillis(20));
        read(throttle, 8, Duration.ofMillis(1));

        read(throttle, 8, Duration.ofMillis(20));
        assertThat(throttle.isStrained()).isFalse();

        read(throttle, 8, Duration.ofMillis(21));
        assertThat(throttle.isStrained()).isTrue();
    }

    @Test
    void readsOfNothingTellNothing() {
        Throttle throttle = new Throttle();
        read(throttle, 8, Duration.ofMillis(1));

        for (int i = 0; i < 8; i++) {
            throttle.read(0, Duration.ofMinutes(1).toNanos());
        }

        assertThat(throttle.isStrained()).isFalse();
    }
}
