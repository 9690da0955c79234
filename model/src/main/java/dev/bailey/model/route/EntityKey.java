package dev.bailey.model.route;

/** The key of the business thing a request is about, in the client's (legacy's) spelling. */
public record EntityKey(String value) implements Comparable<EntityKey> {

    public EntityKey {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("entity key is empty");
        }
    }

    @Override
    public int compareTo(EntityKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
