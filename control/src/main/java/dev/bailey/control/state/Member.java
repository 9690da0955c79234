package dev.bailey.control.state;

import java.time.Duration;

/**
 * A life of a process that carries traffic.
 *
 * @param url of its clients' port
 * @param admin address of its admin port
 * @param leads whether it delivers and decides
 * @param left how long it may still be taken for alive; negative once it may be expelled
 */
public record Member(NodeName name, long incarnation, String url, String admin, boolean leads, Duration left) {

    /** Under which it writes the journal. */
    public String origin() {
        return originOf(name, incarnation);
    }

    static String originOf(NodeName name, long incarnation) {
        return name + "#" + incarnation;
    }
}
