package dev.bailey.model.write;

/** Identifies a journal record; also its idempotency key when the client gave none. Opaque text, unique for ever. */
public record RecordId(String value) {

    public RecordId {
        if (value.isEmpty() || value.length() > 64) {
            throw new IllegalArgumentException("record id of " + value.length() + " characters (expected 1 to 64)");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
