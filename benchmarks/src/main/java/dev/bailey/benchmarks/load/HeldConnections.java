package dev.bailey.benchmarks.load;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Connections that asked once and stay open, held by a load generator. Not thread-safe. */
public final class HeldConnections implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final long count;

    private HeldConnections(Process process) throws IOException {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.count = number("held ");
    }

    /** Opens them and returns when all of them were answered once. */
    public static HeldConnections open(LoadGenerator generator, int port, int connections) {
        try {
            return new HeldConnections(new ProcessBuilder(generator.command(
                            port, LoadPlan.saturating(connections, 1).with("--hold", "1")))
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** How many were answered. */
    public long count() {
        return count;
    }

    /** Lets go of them; returns how many were still open. */
    public long release() {
        try {
            process.getOutputStream().close();
            return number("alive ");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private long number(String name) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).strip());
            }
        }
        throw new BenchFailure("the load generator ended without saying '" + name.strip() + "'");
    }

    @Override
    public void close() {
        process.destroy();
    }
}
