package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.Child;

/**
 * A proxy that runs and forwards to the origin.
 *
 * @param name as reports show it
 * @param port where clients connect
 * @param process its (first) process
 * @param warms whether it gets faster with use, and so needs load before it is measured
 */
public record Proxy(String name, int port, Child process, boolean warms) implements AutoCloseable {
    @Override
    public void close() {
        process.close();
    }
}
