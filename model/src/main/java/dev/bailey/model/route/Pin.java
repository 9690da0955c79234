package dev.bailey.model.route;

import dev.bailey.model.phase.Side;
import java.time.Instant;

/**
 * Says that what began on a side stays there.
 *
 * @param began number of the routing record under which it began
 * @param until when the pin ends, in whole seconds
 */
public record Pin(Side side, Epoch began, Instant until) {

    public Pin {
        if (until.getNano() != 0 || until.getEpochSecond() < 0) {
            throw new IllegalArgumentException("pin until " + until + " (expected a whole second after 1970)");
        }
    }

    /** Whether the pin still holds at a moment. */
    public boolean holdsAt(Instant now) {
        return now.isBefore(until);
    }
}
