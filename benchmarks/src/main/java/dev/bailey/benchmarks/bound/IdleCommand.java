package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.load.HeldConnections;
import dev.bailey.benchmarks.load.LoadGenerator;
import dev.bailey.benchmarks.load.LoadPlan;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.BaileyServer.Stage;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.report.Report;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What idle client connections cost in memory. */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "Memory with 10,000 idle connections: at most 150 MiB over the idle process.")
public final class IdleCommand implements Callable<Integer> {

    private static final double BOUND_MIB = 150;
    private static final long SETTLE_MS = 5_000;

    @Mixin
    private Options options = new Options();

    @Option(names = "--connections", defaultValue = "10000", description = "(default: ${DEFAULT-VALUE})")
    private int connections = 10_000;

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        LoadGenerator generator = new LoadGenerator(workspace);
        Report report = new Report("idle", "idle --connections " + connections);
        try (Origin origin = Origin.start(workspace);
                Proxy bailey = new BaileyServer(workspace, origin)
                        .start("bailey", options.checkout(workspace), "0%", Stage.HALF_WAY)) {
            generator.run(bailey.port(), LoadPlan.saturating(64, 2));
            Thread.sleep(SETTLE_MS);
            double idleHeap = Memory.mib(Memory.heap(bailey.process()));
            double idle = Memory.mib(bailey.process());
            double heldHeap;
            double held;
            long alive;
            try (HeldConnections open = HeldConnections.open(generator, bailey.port(), connections)) {
                report.line("%,d connections open, each after one request", open.count());
                Thread.sleep(SETTLE_MS);
                heldHeap = Memory.mib(Memory.heap(bailey.process()));
                held = Memory.mib(bailey.process());
                alive = open.release();
            }
            report.line("resident memory: idle %.1f MiB, with the connections %.1f MiB", idle, held);
            report.line("heap after collection: idle %.1f MiB, with the connections %.1f MiB", idleHeap, heldHeap);
            double cost = Math.max(0, held - idle) + Math.max(0, heldHeap - idleHeap);
            report.bound(
                    cost <= BOUND_MIB,
                    "at most %.1f MiB for %,d connections (expected ≤ %.0f MiB): both growths added, as heap that was resident"
                            + " before hides in the first",
                    cost,
                    connections,
                    BOUND_MIB);
            report.bound(
                    alive == connections, "%,d connections still open at the end (expected %,d)", alive, connections);
        }
        return options.end(workspace, report);
    }
}
