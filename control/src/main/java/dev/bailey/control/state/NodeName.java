package dev.bailey.control.state;

/** The name of a process among those that work on a migration; it keeps its name when it starts again. */
public record NodeName(String value) implements Comparable<NodeName> {

    public NodeName {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException("node name '" + value
                    + "' (expected 1 to 63 letters, digits, '.', '_' or '-', the first a letter or digit)");
        }
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
