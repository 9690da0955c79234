package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A short command whose output is wanted. */
public final class Command {

    private Command() {}

    /** What it prints on both of its streams, without blanks at the ends. */
    public static String output(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output.strip();
        } catch (IOException missing) {
            throw new BenchFailure(
                    command.getFirst() + " cannot be run; do: apt-get install nginx haproxy wrk nghttp2-client hey gcc",
                    missing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchFailure(command.getFirst() + " was interrupted", interrupted);
        }
    }
}
