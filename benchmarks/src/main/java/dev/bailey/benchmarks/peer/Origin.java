package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.NativeTools;
import dev.bailey.benchmarks.machine.Ports;
import dev.bailey.benchmarks.machine.Workspace;
import java.time.Duration;
import java.util.List;

/**
 * The service behind the proxies: one process on the load's core that listens twice, once for each side.
 *
 * @param process the origin
 * @param legacyPort legacy's address; peers that know no sides use it
 * @param modernPort modern's address
 */
public record Origin(Child process, int legacyPort, int modernPort) implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(5);

    public static Origin start(Workspace workspace) throws InterruptedException {
        int legacy = Ports.free();
        int modern = Ports.free();
        String program = new NativeTools(workspace).path("origin");
        Child process =
                workspace.besideLoad("origin", List.of(program, Integer.toString(legacy), Integer.toString(modern)));
        Ports.awaitListening(modern, process, START);
        return new Origin(process, legacy, modern);
    }

    @Override
    public void close() {
        process.close();
    }
}
