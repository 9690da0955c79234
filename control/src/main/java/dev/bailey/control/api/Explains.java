package dev.bailey.control.api;

/** Tells where a request would go now, and why. Thread-safe. */
@FunctionalInterface
public interface Explains {

    ExplainView explain(Asks.Explain request);
}
