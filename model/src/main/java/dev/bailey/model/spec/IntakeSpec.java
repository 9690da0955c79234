package dev.bailey.model.spec;

import java.time.Duration;

/**
 * What the gateway takes in from clients, and when it sheds.
 *
 * @param headTimeout a request's head must be complete by then
 * @param minBodyRate bytes per second that a request's body must bring; zero means any
 * @param bodyGrace how long a body may come more slowly than that
 * @param maxInFlight requests under way; more are shed with 503 and Retry-After
 * @param shedAfter how late an event loop may run its tasks before new requests are shed
 */
public record IntakeSpec(
        Duration headTimeout, int minBodyRate, Duration bodyGrace, int maxInFlight, Duration shedAfter) {

    public static final IntakeSpec DEFAULTS =
            new IntakeSpec(Duration.ofSeconds(10), 1 << 10, 4_096, Duration.ofMillis(500));

    /** With ten seconds of grace for bodies. */
    public IntakeSpec(Duration headTimeout, int minBodyRate, int maxInFlight, Duration shedAfter) {
        this(headTimeout, minBodyRate, Duration.ofSeconds(10), maxInFlight, shedAfter);
    }
}
