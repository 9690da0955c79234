package dev.bailey.app.wiring;

import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long the JDK keeps what a resolver answered, unknown names included: below the time between two look-ups of a service's
 * name, or these would find the last answer again. The JDK reads it once, at the first look-up of the process.
 */
public final class NameCache {

    private static final long SECONDS = Duration.ofSeconds(5).toSeconds();
    private static final List<String> PROPERTIES =
            List.of("networkaddress.cache.ttl", "networkaddress.cache.negative.ttl");

    private NameCache() {}

    /** What is set to a shorter time stays. */
    public static void shorten() {
        for (String property : PROPERTIES) {
            OptionalLong set = seconds(Security.getProperty(property));
            if (set.isEmpty() || set.getAsLong() < 0 || set.getAsLong() > SECONDS) {
                Security.setProperty(property, Long.toString(SECONDS));
            }
        }
    }

    /** Below zero is for ever. */
    private static OptionalLong seconds(@Nullable String set) {
        try {
            return set == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(set.strip()));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }
}
