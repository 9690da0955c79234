package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.NativeTools;
import dev.bailey.benchmarks.machine.Ports;
import dev.bailey.benchmarks.machine.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The service behind the proxies, with an address for each side.
 *
 * @param processes one that listens twice, or one for each side, legacy first
 * @param legacyPort legacy's address; peers that know no sides use it
 * @param modernPort modern's address
 */
public record Origin(List<Child> processes, int legacyPort, int modernPort) implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(5);

    public Origin {
        processes = List.copyOf(processes);
    }

    /** One process for both sides, on the load's core. */
    public static Origin start(Workspace workspace) throws InterruptedException {
        return start(workspace, workspace.loadCore(), false);
    }

    /** A process for each side, on the load's core. */
    public static Origin startApart(Workspace workspace) throws InterruptedException {
        return start(workspace, workspace.loadCore(), true);
    }

    /** One process for both sides, on the proxy's own core, so that the load can be more than both of them can carry. */
    public static Origin startBesideProxy(Workspace workspace) throws InterruptedException {
        return start(workspace, workspace.proxyCore(), false);
    }

    private static Origin start(Workspace workspace, String core, boolean apart) throws InterruptedException {
        String program = new NativeTools(workspace).path("origin");
        int legacy = Ports.free();
        int modern = Ports.free();
        List<Child> processes = new ArrayList<>();
        if (apart) {
            processes.add(workspace.on(core, "legacy", List.of(program, Integer.toString(legacy))));
            processes.add(workspace.on(core, "modern", List.of(program, Integer.toString(modern))));
        } else {
            processes.add(
                    workspace.on(core, "origin", List.of(program, Integer.toString(legacy), Integer.toString(modern))));
        }
        Ports.awaitListening(legacy, processes.getFirst(), START);
        Ports.awaitListening(modern, processes.getLast(), START);
        return new Origin(processes, legacy, modern);
    }

    /** Lets modern read requests and answer none, or ends that; only where it has a process of its own. */
    public void toggleModernHanging() throws InterruptedException {
        if (processes.size() < 2) {
            throw new IllegalStateException("modern has no process of its own (expected startApart)");
        }
        processes.getLast().signal("USR1");
    }

    @Override
    public void close() {
        processes.forEach(Child::close);
    }
}
