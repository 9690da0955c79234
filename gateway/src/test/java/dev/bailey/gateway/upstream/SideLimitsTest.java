package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.Bridge;
import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.RetrySpec;
import dev.bailey.model.spec.SliceSpec;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SideLimitsTest {

    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    private MigrationSpec applied = file(LimitsSpec.DEFAULTS);
    private final SideLimits limits = new SideLimits(() -> applied);

    private static MigrationSpec file(LimitsSpec of) {
        return Bridge.between(NOWHERE, NOWHERE).limits(of).spec();
    }

    private static LimitsSpec limits(Duration timeout, int failures, int of, Map<Side, Integer> rates) {
        return new LimitsSpec(timeout, failures, of, Duration.ofSeconds(5), rates);
    }

    private SliceSpec orders() {
        return Objects.requireNonNull(applied.slices().getFirst());
    }

    private Limits modern() {
        return limits.of(orders(), Side.MODERN);
    }

    private Breaker breaker() {
        return Objects.requireNonNull(modern().breaker());
    }

    @Test
    void legacyHasNoBreakerBecauseNobodyAnswersInstead() {
        assertThat(limits.of(orders(), Side.LEGACY).breaker()).isNull();
    }

    @Test
    void theSameSliceHasTheSameLimitsAndEachSideItsOwn() {
        assertThat(modern()).isSameAs(modern());
        assertThat(limits.of(orders(), Side.LEGACY)).isNotSameAs(modern());
    }

    @Test
    void newLimitsHoldForTheNextRequest() {
        assertThat(modern().cap()).isNull();
        applied = file(limits(Duration.ofSeconds(5), 100, 1, Map.of(Side.MODERN, 10)));
        assertThat(modern().cap()).satisfies(cap -> {
            assertThat(cap.tryTake(System.nanoTime())).isTrue();
            assertThat(cap.tryTake(System.nanoTime())).isFalse();
        });
        breaker().record(false, 0);
        assertThat(limits.breaker(orders().name())).isEqualTo(Breaker.State.OPEN);
    }

    @Test
    void whatTheFileDoesNotChangeKeepsItsState() {
        applied = file(limits(Duration.ofSeconds(5), 100, 1, Map.of(Side.MODERN, 10)));
        Limits before = modern();
        Objects.requireNonNull(before.breaker()).record(false, 0);
        applied = file(limits(Duration.ofSeconds(1), 100, 1, Map.of(Side.MODERN, 10)));
        assertThat(modern().spec().timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(modern().breaker()).isSameAs(before.breaker());
        assertThat(modern().cap()).isSameAs(before.cap());

        applied = file(limits(Duration.ofSeconds(1), 90, 1, Map.of(Side.MODERN, 10)));
        assertThat(breaker().state()).as("other limits start closed").isEqualTo(Breaker.State.CLOSED);
    }

    @Test
    void aBulkheadWhoseLimitMovesKnowsWhoIsInside() {
        applied = file(LimitsSpec.DEFAULTS.withConcurrency(Map.of(Side.MODERN, 2)));
        Bulkhead before = Objects.requireNonNull(modern().bulkhead());
        assertThat(before.tryEnter()).isTrue();
        assertThat(limits.of(orders(), Side.LEGACY).bulkhead()).isNull();
        applied = file(LimitsSpec.DEFAULTS.withConcurrency(Map.of(Side.MODERN, 1)));
        Bulkhead now = Objects.requireNonNull(modern().bulkhead());
        assertThat(now.tryEnter()).isFalse();
        before.leave();
        assertThat(now.tryEnter()).isTrue();
        applied = file(LimitsSpec.DEFAULTS);
        assertThat(modern().bulkhead()).isNull();
    }

    @Test
    void aRateThatMovesGoesOnCountingWhatWasRefused() {
        applied = file(LimitsSpec.DEFAULTS);
        assertThat(modern().cap()).isNull();
        assertThat(limits.overCap(orders().name(), Side.MODERN)).isZero();
        applied = file(limits(Duration.ofSeconds(5), 100, 1, Map.of(Side.MODERN, 1)));
        RateCap before = Objects.requireNonNull(modern().cap());
        long now = System.nanoTime();
        assertThat(before.tryTake(now)).isTrue();
        assertThat(before.tryTake(now)).isFalse();
        applied = file(limits(Duration.ofSeconds(5), 100, 1, Map.of(Side.MODERN, 2)));
        assertThat(modern().cap()).isNotSameAs(before);
        assertThat(limits.overCap(orders().name(), Side.MODERN)).isEqualTo(1);
        assertThat(limits.overCap(orders().name(), Side.LEGACY)).isZero();
    }

    @Test
    void retryAllowanceFollowsTheFileToo() {
        RetryAllowance before = modern().retries();
        applied = file(limits(Duration.ofSeconds(1), 100, 1, Map.of()));
        assertThat(modern().retries()).as("other limits than theirs changed").isSameAs(before);
        applied = file(LimitsSpec.DEFAULTS.withRetry(new RetrySpec(0.5, 3)));
        assertThat(modern().retries()).isNotSameAs(before);
    }

    @Test
    void aRequestRoutedByAnOlderFileDoesNotUndoTheNewOne() {
        SliceSpec old = orders();
        modern();
        applied = file(limits(Duration.ofSeconds(1), 100, 1, Map.of()));
        Limits now = modern();
        assertThat(limits.of(old, Side.MODERN)).isSameAs(now);
        assertThat(modern()).isSameAs(now);
    }

    @Test
    void aSliceThatWasNotUsedYetIsClosed() {
        assertThat(limits.breaker(orders().name())).isEqualTo(Breaker.State.CLOSED);
    }
}
