package dev.bailey.app.cli;

/** Why the API gave no good answer: one sentence and what to do. */
final class ApiFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String json;

    ApiFailure(String message) {
        this(message, "");
    }

    /** @param json the API's own error body; empty when there was none */
    ApiFailure(String message, String json) {
        super(message, null, false, false);
        this.json = json;
    }

    String json() {
        return json;
    }
}
