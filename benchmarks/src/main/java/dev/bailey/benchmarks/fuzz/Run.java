package dev.bailey.benchmarks.fuzz;

/** One thread's run; its figures may be read from any thread. */
interface Run extends Runnable {

    long executions();

    int findings();

    /** Inputs that came to something else than those before. */
    int behaviours();

    /** What else there is to tell of progress. */
    String found();
}
