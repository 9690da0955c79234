package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.LimitsSpec;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A side that gets as many requests a second of a slice as it may: what nobody else can answer is refused with 429. */
@ExtendWith(NoLeaks.class)
class OverCapTest {

    private static final int ONE_IN_A_WHILE = 1;

    private final RawServer legacy = RawServer.saying(200, "from legacy");
    private final RawServer modern = RawServer.saying(200, "from modern");

    @AfterEach
    void close() {
        legacy.close();
        modern.close();
    }

    private Bridge bridge(Phase phase, URI toModern, Side capped) {
        boolean ramps = phase == Phase.READ_CUTOVER || phase == Phase.WRITE_CUTOVER;
        return Bridge.between(legacy.url(), toModern)
                .in(phase)
                .ramp(ramps ? Ramp.FULL : Ramp.NONE)
                .limits(new LimitsSpec(
                        Duration.ofSeconds(20), 50, 100, Duration.ofSeconds(1), Map.of(capped, ONE_IN_A_WHILE)))
                .bounds(Bridge.Builder.patient())
                .open();
    }

    /** A request that can be repeated. */
    private interface Asking {
        Answer ask() throws IOException;
    }

    /** Asks until one is refused, and sees that the side got those that were answered and no more. */
    private static void assertCapped(RawServer side, String name, Asking asking) throws IOException {
        int answered = 0;
        Answer answer = asking.ask();
        while (answer.status() == 200 && answered < 20) {
            answered++;
            answer = asking.ask();
        }
        assertThat(answer.status()).as("after %d answers", answered).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.text()).contains("too many requests to " + name);
        assertThat(answered).isPositive();
        assertThat(side.requests()).hasSize(answered);
    }

    @Test
    void readsOfLegacyAreRefused() throws IOException {
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, modern.url(), Side.LEGACY);
                RawClient client = bridge.client()) {
            assertCapped(legacy, "legacy", () -> client.get("/orders/1").answer());
            int before = legacy.requests().size();
            assertThat(client.get("/elsewhere").answer().text())
                    .as("what is not of the slice")
                    .isEqualTo("from legacy");
            assertThat(legacy.requests()).hasSize(before + 1);
        }
    }

    @Test
    void readsThatModernLeavesToLegacyAreCappedThereToo() throws IOException {
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Bridge.nowhere(), Side.LEGACY);
                RawClient client = bridge.client()) {
            assertCapped(legacy, "legacy", () -> client.get("/orders/1").answer());
        }
    }

    @Test
    void readsOfModernAreRefusedWhereLegacyCannotAnswerInstead() throws IOException {
        try (Bridge bridge = bridge(Phase.LEGACY_OFF, modern.url(), Side.MODERN);
                RawClient client = bridge.client()) {
            assertCapped(modern, "modern", () -> client.get("/orders/1").answer());
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void writesAreRefusedBeforeTheyAreJournalled() throws IOException {
        try (Bridge bridge = bridge(Phase.DUAL_WRITE, modern.url(), Side.LEGACY);
                RawClient client = bridge.client()) {
            assertCapped(
                    legacy,
                    "legacy",
                    () -> client.write("PUT", "/orders/1", "{}").answer());
            assertThat(bridge.writes.admitted).hasSameSizeAs(legacy.requests());
            assertThat(bridge.writes.outcomes).hasSameSizeAs(legacy.requests());
            assertThat(modern.requests()).isEmpty();
        }
    }

    @Test
    void writesOfModernAreRefusedToo() throws IOException {
        try (Bridge bridge = bridge(Phase.WRITE_CUTOVER, modern.url(), Side.MODERN);
                RawClient client = bridge.client()) {
            assertCapped(
                    modern,
                    "modern",
                    () -> client.write("PUT", "/orders/1", "{}").answer());
            assertThat(bridge.writes.admitted).hasSameSizeAs(modern.requests());
            assertThat(legacy.requests()).isEmpty();
        }
    }
}
