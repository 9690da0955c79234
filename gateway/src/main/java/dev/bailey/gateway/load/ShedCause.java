package dev.bailey.gateway.load;

import java.util.Locale;

/** Why a request was not let in. */
public enum ShedCause {
    /** The event loop runs its tasks too late. */
    LOOP_DELAY,
    /** Too many requests are under way. */
    IN_FLIGHT,
    /** Too many bytes of bodies are held. */
    HELD_BYTES;

    /** As metrics and messages show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
