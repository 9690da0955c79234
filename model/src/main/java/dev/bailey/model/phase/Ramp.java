package dev.bailey.model.phase;

import java.math.BigDecimal;

/**
 * How many entities are across, in steps of 0.01 %.
 *
 * @param hundredths hundredths of a percent, 0 to 10,000
 */
public record Ramp(int hundredths) implements Comparable<Ramp> {

    /** The number of sticky buckets, and so of ramp steps. */
    public static final int BUCKETS = 10_000;

    public static final Ramp NONE = new Ramp(0);
    public static final Ramp FULL = new Ramp(BUCKETS);

    public Ramp {
        if (hundredths < 0 || hundredths > BUCKETS) {
            throw new IllegalArgumentException("ramp " + hundredths + " (expected 0 to 10000 hundredths of a percent)");
        }
    }

    /** True where the entities of this bucket (0 to 9,999) are across. */
    public boolean covers(int bucket) {
        return bucket < hundredths;
    }

    public boolean isFull() {
        return hundredths == BUCKETS;
    }

    @Override
    public int compareTo(Ramp other) {
        return Integer.compare(hundredths, other.hundredths);
    }

    /** As a person writes it: {@code 12.5%}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(hundredths, 2).stripTrailingZeros().toPlainString() + "%";
    }
}
