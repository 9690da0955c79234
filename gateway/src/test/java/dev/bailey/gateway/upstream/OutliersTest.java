package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutliersTest {

    private static final Outliers RULE = new Outliers(5, Duration.ofSeconds(1), 50);

    @Test
    void eachEjectionLastsTwiceAsLongUpToTenTimes() {
        assertThat(IntStream.of(0, 1, 2, 3, 4, 5, 40, 1_000)
                        .mapToLong(times ->
                                Duration.ofNanos(RULE.ejectionNanos(times)).toSeconds()))
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L, 10L, 10L);
    }

    @Test
    void atMostTheShareIsOutButOneAlwaysMayBe() {
        assertThat(RULE.mayEject(4, 1, 3)).isTrue();
        assertThat(RULE.mayEject(4, 2, 2)).isFalse();
        Outliers few = new Outliers(5, Duration.ofSeconds(1), 10);
        assertThat(few.mayEject(3, 0, 3)).isTrue();
        assertThat(few.mayEject(3, 1, 2)).isFalse();
    }

    @Test
    void theLastUsableOneNeverIs() {
        assertThat(new Outliers(5, Duration.ofSeconds(1), 100).mayEject(3, 1, 1))
                .isFalse();
    }

    @Test
    void valuesThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new Outliers(0, Duration.ofSeconds(1), 50))
                .hasMessage("consecutive failures 0 (expected at least 1)");
        assertThatThrownBy(() -> new Outliers(1, Duration.ZERO, 50))
                .hasMessage("ejection time PT0S (expected above 0)");
        assertThatThrownBy(() -> new Outliers(1, Duration.ofSeconds(1), 101))
                .hasMessage("share ejected 101 % (expected 0 to 100)");
    }
}
