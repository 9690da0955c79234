package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/**
 * Where a run happens.
 *
 * @param home the checkout
 * @param folder of this run: configurations, data and output of every process
 * @param proxyCore the core of the proxy under measurement, alone
 * @param loadCore the core of load generator and origin
 */
public record Workspace(Path home, Path folder, String proxyCore, String loadCore) {

    /** A new folder under {@code benchmarks/target}. */
    public static Workspace open() {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new BenchFailure("one processor (expected 2 or more: one for the proxy, one for load and origin)");
        }
        Path home =
                Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath().normalize();
        String now = Today.time().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        try {
            Path folder = Files.createDirectories(home.resolve("benchmarks/target/run/" + now));
            return new Workspace(home, folder, "0", "1");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Path benchmarks() {
        return home.resolve("benchmarks");
    }

    /** Both cores, as {@code taskset} names them. */
    public String bothCores() {
        return proxyCore + "," + loadCore;
    }

    /** Starts a process on the core of the proxies. */
    public Child proxy(String name, Map<String, String> environment, List<String> command) {
        return Child.start(name, proxyCore, folder, environment, command);
    }

    /** Starts a process on a core, or on several as {@code taskset} names them. */
    public Child on(String core, String name, List<String> command) {
        return Child.start(name, core, folder, Map.of(), command);
    }

    /** Writes a configuration into the run's folder: a template of {@code benchmarks/peers} with its {@code ${…}} filled in. */
    public Path configure(String template, Map<String, String> values) {
        try {
            String text = Files.readString(benchmarks().resolve("peers").resolve(template));
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("${" + value.getKey() + "}", value.getValue());
            }
            return Files.writeString(folder.resolve(template), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
