package dev.bailey.model.write;

/** Position in the journal; grows with every record, without regard to the entity. */
public record Sequence(long value) implements Comparable<Sequence> {

    public static final Sequence NONE = new Sequence(0);

    @Override
    public int compareTo(Sequence other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
