package dev.bailey.model.spec;

import java.time.Duration;

/**
 * Pins of a slice: what began on a side stays there.
 *
 * @param by what tells that requests belong together
 * @param name of the cookie or header, which is the gateway's own; empty for {@code KEY}
 * @param ttl how long a pin lasts
 * @param max pins kept at once
 */
public record PinSpec(By by, String name, Duration ttl, int max) {

    public static final Duration USUAL_TTL = Duration.ofMinutes(30);
    public static final int USUAL_MAX = 100_000;

    public PinSpec {
        if (name.isEmpty() != (by == By.KEY)) {
            throw new IllegalArgumentException(
                    "pins by " + by + " named '" + name + "' (expected a name, but for KEY)");
        }
    }

    /** Whether both are carried in the same cookie or header. */
    boolean sharesName(PinSpec other) {
        return switch (by) {
            case KEY -> false;
            case COOKIE -> other.by == By.COOKIE && name.equals(other.name);
            case HEADER -> other.by == By.HEADER && name.equalsIgnoreCase(other.name);
        };
    }

    /** What tells that requests belong together: the value of a cookie, of a header, or the entity key. */
    public enum By {
        COOKIE,
        HEADER,
        KEY
    }
}
