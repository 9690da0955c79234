package dev.bailey.gateway.http;

/** A message that is not understood, or that two readers could understand in two ways. */
public final class MalformedException extends Exception {

    private final int status;

    /** @param status what a client is answered */
    public MalformedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** Never null: what is wrong, without any of the message's own bytes. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
