package dev.bailey.model.phase;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * One evaluation of a gate, kept as evidence.
 *
 * @param query what was measured, in words
 * @param value the measured value, empty when there was no data
 * @param threshold the limit it is held against, as the user wrote it
 * @param samples how many observations stand behind the value
 * @param from start of the window the value comes from
 * @param to end of that window
 * @param message value and expectation, and what to do when it is not a pass
 */
public record GateReading(
        GateName gate,
        Verdict verdict,
        String query,
        OptionalDouble value,
        String threshold,
        long samples,
        Instant from,
        Instant to,
        String message) {}
