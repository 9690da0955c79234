package dev.bailey.compare;

import java.util.List;
import java.util.Locale;

/** What came out of holding a shadow answer against the served one. */
public sealed interface Comparison {

    /** The name in metrics: {@code match}, {@code accepted}, {@code noise}, {@code difference}, {@code lag}, {@code lost}. */
    default String label() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    record Match() implements Comparison {}

    /** Every difference is one that somebody answers for. */
    record Accepted(List<dev.bailey.compare.Difference> differences) implements Comparison {
        public Accepted {
            differences = List.copyOf(differences);
        }
    }

    /** Legacy does not agree with itself. */
    record Noise() implements Comparison {}

    /** A write of the entity was under way. */
    record Lag() implements Comparison {}

    /** A real difference: at least one signature nobody accepted. */
    record Difference(List<dev.bailey.compare.Difference> differences) implements Comparison {
        public Difference {
            differences = List.copyOf(differences);
        }
    }

    /** No comparison was made. */
    record Lost(Cause cause) implements Comparison {}

    /** Why a comparison was lost. */
    enum Cause {
        OVERLOAD,
        TIMEOUT,
        CONNECT,
        TOO_LARGE,
        BREAKER_OPEN,
        TRANSLATION,
        CUT;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
