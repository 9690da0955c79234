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
        description = "Resident memory with 10,000 idle connections: at most 150 MiB over the idle process.")
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
            double idle = Memory.mib(bailey.process());
            double held;
            long alive;
            try (HeldConnections open = HeldConnections.open(generator, bailey.port(), connections)) {
                report.line("%,d connections open, each after one request", open.count());
                Thread.sleep(SETTLE_MS);
                held = Memory.mib(bailey.process());
                alive = open.release();
            }
            report.line("resident memory: idle %.1f MiB, with the connections %.1f MiB", idle, held);
            report.bound(
                    held - idle <= BOUND_MIB,
                    "%.1f MiB for %,d connections (expected ≤ %.0f MiB)",
                    held - idle,
                    connections,
                    BOUND_MIB);
            report.bound(
                    alive == connections, "%,d connections still open at the end (expected %,d)", alive, connections);
        }
        return options.end(workspace, report);
    }
}
