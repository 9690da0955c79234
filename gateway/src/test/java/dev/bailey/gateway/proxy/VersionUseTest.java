package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.route.SliceName;
import dev.bailey.testkit.FakeClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VersionUseTest {

    private static final SliceName ORDERS = new SliceName("orders");
    private static final int MANY = VersionUse.MAX_USES * 4;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final VersionUse use = new VersionUse(meters, FakeClock.atNoon());

    private long requests(String consumer) {
        return use.of(ORDERS).stream()
                .filter(each -> each.consumer().equals(consumer))
                .mapToLong(VersionUse.Use::requests)
                .sum();
    }

    @Test
    void whoeverMakesUpNamesEndsAmongTheOthers() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < MANY; i++) {
                use.of(ORDERS, "v1", "made-up-" + i).count();
            }
        }
        assertThat(use.of(ORDERS)).hasSize(VersionUse.MAX_USES + 1);
        assertThat(meters.getMeters()).hasSize(VersionUse.MAX_USES + 1);
        assertThat(requests("made-up-0")).isEqualTo(3);
        assertThat(requests(VersionUse.OTHERS)).isEqualTo(3 * (MANY - VersionUse.MAX_USES));

        use.of(ORDERS, "v1", VersionUse.UNNAMED).count();
        use.of(ORDERS, "v2", "late").count();
        assertThat(requests(VersionUse.UNNAMED)).isEqualTo(1);
        assertThat(use.of(ORDERS).stream().filter(each -> each.version().equals("v2")))
                .singleElement()
                .extracting(VersionUse.Use::consumer)
                .isEqualTo(VersionUse.OTHERS);
        use.of(new SliceName("payments"), "v1", "late").count();
        assertThat(use.of(new SliceName("payments"))).hasSize(1);
    }

    @Test
    void nothingIsLostWhenManyCountAtOnce() {
        IntStream.range(0, MANY * 4)
                .parallel()
                .forEach(i -> use.of(ORDERS, "v1", "made-up-" + i % MANY).count());
        assertThat(use.of(ORDERS).stream().mapToLong(VersionUse.Use::requests).sum())
                .isEqualTo(MANY * 4);
        assertThat(use.of(ORDERS)).hasSizeLessThanOrEqualTo(VersionUse.MAX_USES + 1);
    }

    @Test
    void longNamesAreCut() {
        use.of(ORDERS, "v1", "x".repeat(64) + "one").count();
        use.of(ORDERS, "v1", "x".repeat(64) + "two").count();
        assertThat(use.of(ORDERS)).singleElement().satisfies(each -> {
            assertThat(each.consumer()).isEqualTo("x".repeat(64));
            assertThat(each.requests()).isEqualTo(2);
        });
    }
}
