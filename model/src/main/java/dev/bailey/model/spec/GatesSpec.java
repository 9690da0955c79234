package dev.bailey.model.spec;

import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.OnFail;
import java.time.Duration;
import java.util.Map;

/**
 * Limits of the gates.
 *
 * @param burnIn how long a condition must have held
 * @param window length of one sustained window inside the burn-in; the worst one counts
 * @param divergence allowed divergences of a full reconcile
 * @param differences allowed share of disallowed differences, as a fraction (0.0001 is 0.01 %)
 * @param minSamples comparisons a verdict needs
 * @param latencyP99 modern's p99 as a multiple of legacy's
 * @param latencyFloor a p99 of modern under this is never too slow
 * @param errorsAdd how much modern's error share may exceed legacy's, as a fraction
 * @param lag age an undelivered write may reach
 * @param rehearsalAge how old a rehearsal may be
 * @param bake how long {@code LEGACY_OFF} must last
 * @param stall budget of a handover
 * @param onFail what the watch does, by default
 * @param onFailOf what it does for single gates
 */
public record GatesSpec(
        Duration burnIn,
        Duration window,
        long divergence,
        double differences,
        long minSamples,
        double latencyP99,
        Duration latencyFloor,
        double errorsAdd,
        Duration lag,
        Duration rehearsalAge,
        Duration bake,
        Duration stall,
        OnFail onFail,
        Map<GateName, OnFail> onFailOf) {

    public static final GatesSpec DEFAULTS = new GatesSpec(
            Duration.ofHours(24),
            Duration.ofMinutes(10),
            0,
            0.0001,
            1_000,
            1.10,
            Duration.ofMillis(10),
            0.001,
            Duration.ofSeconds(30),
            Duration.ofDays(7),
            Duration.ofDays(7),
            Duration.ofSeconds(2),
            OnFail.STEP_BACK,
            Map.of());

    public GatesSpec {
        onFailOf = Map.copyOf(onFailOf);
    }

    public OnFail onFail(GateName gate) {
        return onFailOf.getOrDefault(gate, onFail);
    }
}
