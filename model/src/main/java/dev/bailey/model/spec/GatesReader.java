package dev.bailey.model.spec;

import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.OnFail;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code gates} of a slice. */
final class GatesReader {

    private GatesReader() {}

    static GatesSpec read(Fields gates) {
        GatesSpec usual = GatesSpec.DEFAULTS;
        Duration burnIn = AmountFields.any(gates, "burnIn", usual.burnIn());
        Optional<Fields> latency = gates.fields("latency", Shape.LATENCY);
        Optional<Fields> errors = gates.fields("errors", Shape.ERRORS);
        return new GatesSpec(
                burnIn,
                window(gates, burnIn),
                gates.integer("divergence", 0, 1_000_000_000L, usual.divergence()),
                AmountFields.fraction(gates, "differences", usual.differences()),
                gates.integer("minSamples", 1, 1_000_000_000L, usual.minSamples()),
                latency.map(in -> AmountFields.multiple(in, "p99", usual.latencyP99()))
                        .orElse(usual.latencyP99()),
                latency.map(in -> AmountFields.any(in, "floor", usual.latencyFloor()))
                        .orElse(usual.latencyFloor()),
                errors.map(in -> AmountFields.fraction(in, "add", usual.errorsAdd()))
                        .orElse(usual.errorsAdd()),
                AmountFields.positive(gates, "lag", usual.lag()),
                AmountFields.positive(gates, "rehearsalAge", usual.rehearsalAge()),
                AmountFields.any(gates, "bake", usual.bake()),
                AmountFields.positive(gates, "stall", usual.stall()),
                gates.choice("onFail", AmountFields.words(OnFail.values()), usual.onFail()),
                onFailOf(gates));
    }

    /** The usual window, but never longer than the burn-in it lies in. */
    private static Duration window(Fields gates, Duration burnIn) {
        Duration usual = GatesSpec.DEFAULTS.window();
        if (!gates.has("window")) {
            return usual.compareTo(burnIn) > 0 && !burnIn.isZero() ? burnIn : usual;
        }
        Duration window = AmountFields.positive(gates, "window", usual);
        if (window.compareTo(burnIn) > 0 && gates.has("burnIn")) {
            gates.error(
                    "window",
                    "window " + Amounts.text(window) + " is longer than burnIn " + Amounts.text(burnIn)
                            + " (expected a part of it)",
                    "make it at most " + Amounts.text(burnIn));
        }
        return window;
    }

    private static Map<GateName, OnFail> onFailOf(Fields gates) {
        Map<GateName, OnFail> actions = new EnumMap<>(GateName.class);
        gates.fields("onFailOf", Shape.ON_FAIL_OF).ifPresent(of -> {
            for (GateName gate : GateName.values()) {
                if (of.has(gate.label())) {
                    actions.put(gate, of.choice(gate.label(), AmountFields.words(OnFail.values()), OnFail.STEP_BACK));
                }
            }
        });
        return actions;
    }
}
