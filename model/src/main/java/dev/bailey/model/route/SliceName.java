package dev.bailey.model.route;

/** The name of a slice as the migration file writes it. */
public record SliceName(String value) implements Comparable<SliceName> {

    public SliceName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("slice name is empty");
        }
    }

    @Override
    public int compareTo(SliceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
