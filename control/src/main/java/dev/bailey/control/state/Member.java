package dev.bailey.control.state;

import java.time.Duration;
import java.time.Instant;

/**
 * A life of a process that carries traffic.
 *
 * @param url of its clients' port
 * @param admin address of its admin port
 * @param leads whether it decides
 * @param joined when it began
 * @param left how long it may still be taken for alive; negative once its time is over
 * @param expelled whether it is gone: it has left, or its time was over and the one that leads has said so
 * @param mayWrite whether nobody knows that its process has ended
 */
public record Member(
        NodeName name,
        long incarnation,
        String url,
        String admin,
        boolean leads,
        Instant joined,
        Duration left,
        boolean expelled,
        boolean mayWrite) {

    /** Under which it writes the journal. */
    public String origin() {
        return originOf(name, incarnation);
    }

    static String originOf(NodeName name, long incarnation) {
        return name + "#" + incarnation;
    }
}
