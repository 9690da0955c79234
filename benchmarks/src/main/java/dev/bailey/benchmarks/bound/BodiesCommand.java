package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.BaileyServer.Stage;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.report.Report;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Large bodies in flat memory. */
@Command(
        name = "bodies",
        mixinStandardHelpOptions = true,
        description = "1 GiB down and up, with a fast and a slow (40 MB/s) reader: memory must not grow with the body.")
public final class BodiesCommand implements Callable<Integer> {

    private static final long MIB = 1024 * 1024;
    private static final double BOUND_MIB = 32;
    private static final long SLOW = 40_000_000;
    private static final long LOOK_EVERY_MS = 100;

    @Mixin
    private Options options = new Options();

    @Option(names = "--mib", defaultValue = "1024", description = "size of each body (default: ${DEFAULT-VALUE})")
    private long mib = 1024;

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        Report report = new Report("bodies", "bodies --mib " + mib);
        try (Origin origin = Origin.start(workspace);
                Proxy bailey = new BaileyServer(workspace, origin)
                        .start("bailey", options.checkout(workspace), "0%", Stage.FRESH)) {
            int port = bailey.port();
            long bytes = mib * MIB;
            for (int warm = 0; warm < 2; warm++) {
                Transfer.down(port, 64 * MIB, 0);
                Transfer.up(port, 64 * MIB, false);
            }
            transfer(report, bailey, "down", () -> Transfer.down(port, bytes, 0));
            transfer(report, bailey, "down to a reader of 40 MB/s", () -> Transfer.down(port, bytes, SLOW));
            transfer(report, bailey, "up", () -> Transfer.up(port, bytes, false));
            transfer(report, bailey, "up to a service that reads 40 MB/s", () -> Transfer.up(port, bytes, true));
        }
        return options.end(workspace, report);
    }

    private void transfer(Report report, Proxy bailey, String what, Runnable transfer) throws InterruptedException {
        double before = Memory.mib(bailey.process());
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Double> most = new AtomicReference<>(before);
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (!ended.get()) {
                most.accumulateAndGet(Memory.mib(bailey.process()), Math::max);
                try {
                    Thread.sleep(LOOK_EVERY_MS);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        });
        long start = System.nanoTime();
        try {
            transfer.run();
        } finally {
            ended.set(true);
            watcher.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        report.bound(
                most.get() - before <= BOUND_MIB,
                "%,d MiB %s in %.1f s (%,.0f MB/s): resident memory %.1f MiB before, %.1f MiB at most (expected ≤ %.0f MiB more)",
                mib,
                what,
                seconds,
                mib * MIB / 1e6 / seconds,
                before,
                most.get(),
                BOUND_MIB);
    }
}
