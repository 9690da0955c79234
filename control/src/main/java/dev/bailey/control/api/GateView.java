package dev.bailey.control.api;

import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Verdict;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * One reading of a gate.
 *
 * @param gate its label, such as {@code journal-lag}
 * @param meaning what it asks for
 * @param query what was measured
 * @param value absent when there was no data
 * @param message value and expectation, and what to do when it is not a pass
 */
public record GateView(
        String gate,
        String meaning,
        Verdict verdict,
        String query,
        OptionalDouble value,
        String threshold,
        long samples,
        Instant from,
        Instant to,
        String message) {

    public static GateView of(GateReading reading) {
        return new GateView(
                reading.gate().label(),
                reading.gate().meaning(),
                reading.verdict(),
                reading.query(),
                reading.value(),
                reading.threshold(),
                reading.samples(),
                reading.from(),
                reading.to(),
                reading.message());
    }
}
