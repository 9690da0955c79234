package dev.bailey.app.cli;

/** Why the API gave no good answer: one sentence and what to do. */
final class ApiFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String json;
    private final boolean nobodyThere;

    ApiFailure(String message) {
        this(message, "");
    }

    /** @param json the API's own error body; empty when there was none */
    ApiFailure(String message, String json) {
        this(message, json, false);
    }

    private ApiFailure(String message, String json, boolean nobodyThere) {
        super(message, null, false, false);
        this.json = json;
        this.nobodyThere = nobodyThere;
    }

    /** Nobody listens at the address, so nothing was asked. */
    static ApiFailure nobodyThere(String message) {
        return new ApiFailure(message, "", true);
    }

    boolean isNobodyThere() {
        return nobodyThere;
    }

    String json() {
        return json;
    }
}
