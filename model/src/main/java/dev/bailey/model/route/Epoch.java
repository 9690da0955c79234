package dev.bailey.model.route;

/** Number of a slice's routing record; it only grows, and whoever acts under a stale one is refused. */
public record Epoch(long value) implements Comparable<Epoch> {

    public static final Epoch FIRST = new Epoch(1);

    public Epoch {
        if (value < 1) {
            throw new IllegalArgumentException("epoch " + value + " (expected >= 1)");
        }
    }

    public Epoch next() {
        return new Epoch(value + 1);
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
