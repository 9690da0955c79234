package dev.bailey.benchmarks.fuzz;

/** What an input stands for: the bytes a client sends, or those a service answers with. */
enum Kind {
    REQUEST,
    ANSWER;

    /** How files of the corpus begin. */
    String prefix() {
        return this == REQUEST ? "request-" : "answer-";
    }
}
