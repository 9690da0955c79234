package dev.bailey.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What the generator does.
 *
 * @param connections client connections, kept alive
 * @param seconds how long
 * @param rate requests a second whatever the answers do; 0 asks as fast as answers come
 * @param large whether answers have 10 KiB instead of 200 bytes
 * @param extra further options of the program
 */
public record LoadPlan(int connections, double seconds, int rate, boolean large, List<String> extra) {

    public LoadPlan {
        extra = List.copyOf(extra);
    }

    public static LoadPlan saturating(int connections, double seconds) {
        return new LoadPlan(connections, seconds, 0, false, List.of());
    }

    public static LoadPlan atRate(int rate, int connections, double seconds) {
        return new LoadPlan(connections, seconds, rate, false, List.of());
    }

    public LoadPlan with(String... options) {
        List<String> all = new ArrayList<>(extra);
        all.addAll(List.of(options));
        return new LoadPlan(connections, seconds, rate, large, all);
    }

    List<String> arguments(int port) {
        List<String> arguments = new ArrayList<>(List.of(
                "--port",
                Integer.toString(port),
                "--connections",
                Integer.toString(connections),
                "--seconds",
                Double.toString(seconds),
                "--rate",
                Integer.toString(rate),
                "--body",
                large ? "large" : "small"));
        arguments.addAll(extra);
        return arguments;
    }
}
