package dev.bailey.benchmarks.fuzz;

import java.util.Locale;

/** What an input stands for: the bytes a client sends, those a service answers with, or what a balancer says before its client's. */
enum Kind {
    REQUEST,
    ANSWER,
    PROXY;

    /** How files of the corpus begin. */
    String prefix() {
        return name().toLowerCase(Locale.ROOT) + "-";
    }
}
