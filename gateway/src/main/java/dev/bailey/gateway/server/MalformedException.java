package dev.bailey.gateway.server;

/** Carries a {@link Malformed} out of the parser; has no stack trace, because the client caused it. */
final class MalformedException extends Exception {

    private final int status;

    MalformedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    Malformed asMessage() {
        return new Malformed(status, String.valueOf(getMessage()));
    }
}
