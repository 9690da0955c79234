package dev.bailey.benchmarks.writes;

import dev.bailey.benchmarks.journal.BareFlush;
import dev.bailey.benchmarks.load.LoadGenerator;
import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.machine.CpuTime;
import dev.bailey.benchmarks.machine.Pinning;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a journalled dual write costs. */
@Command(
        name = "writes",
        mixinStandardHelpOptions = true,
        description =
                "Journalled dual writes through the gateway beside the same gateway that writes to legacy alone, with an account of every acknowledged write.")
public final class WritesCommand implements Callable<Integer> {

    private static final double FLUSHES_SECONDS = 0.5;
    private static final int WARM_CLIENTS = 64;

    @Option(names = "--rounds", defaultValue = "5", description = "alternating rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            description = "of each measurement of a round (default: ${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "writes a second at the fixed rate (default: ${DEFAULT-VALUE})")
    private int rate = 1_000;

    @Option(
            names = "--warm",
            defaultValue = "10",
            description = "seconds of load on each way before (default: ${DEFAULT-VALUE})")
    private int warm = 10;

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private int measurements;

    private void atLeast(int least, String option, int value) {
        if (value < least) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " is " + value + " (expected >= " + least + ")");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        atLeast(1, "--rounds", rounds);
        atLeast(1, "--seconds", seconds);
        atLeast(1, "--rate", rate);
        atLeast(0, "--warm", warm);
        Workspace workspace = Workspace.open();
        int cores = Runtime.getRuntime().availableProcessors();
        Pinning.self(workspace.loadCore());
        Report report = new Report(
                "writes", "writes --rounds %d --seconds %d --rate %d --warm %d".formatted(rounds, seconds, rate, warm));
        LoadGenerator generator = new LoadGenerator(workspace);
        List<Load> loads = Load.all(rate);
        Figures figures = new Figures(loads);
        try (Crossing crossing = Crossing.start(workspace);
                BareFlush disk = new BareFlush(workspace.folder())) {
            for (Way way : Way.values()) {
                if (warm > 0) {
                    System.err.println("warming " + way.words);
                    once(workspace, generator, crossing, way, new Load(WARM_CLIENTS, 0), warm);
                }
            }
            for (int round = 0; round < rounds; round++) {
                System.err.println("round " + (round + 1) + " of " + rounds);
                for (Load load : loads) {
                    figures.addFlush(flushMicros(disk));
                    for (int turn = 0; turn < Way.values().length; turn++) {
                        Way way = Way.values()[(turn + round) % Way.values().length];
                        figures.add(load, way, once(workspace, generator, crossing, way, load, seconds));
                    }
                }
            }
        }
        report.line(
                "Each write is 200 bytes to an entity of its own, `PUT`, through one gateway with an embedded journal and one event loop, which has core 0 alone; clients and both services share core 1. %,d s of load on each way before.",
                warm);
        report.line("");
        figures.tell(report);
        Pinning.self("0-" + (cores - 1)); // the report tells the machine's cores
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }

    private Seen once(
            Workspace workspace, LoadGenerator generator, Crossing crossing, Way way, Load load, double lasting)
            throws InterruptedException {
        String prefix = "/" + way.slice + "/m" + ++measurements + "-";
        Path acknowledged = workspace.folder().resolve("acknowledged");
        CpuTime before = crossing.cpu();
        LoadResult result = generator.run(
                crossing.port(), load.plan(lasting).with("--put", prefix, "--acknowledged", acknowledged.toString()));
        double drainedMs = way.replicates() ? crossing.awaitEqual().toNanos() / 1e6 : 0;
        double cpu = crossing.cpu().since(before).micros();
        long written = crossing.written();
        return new Seen(
                result, written, cpu, drainedMs, crossing.settle(paths(prefix, acknowledged), way.replicates()));
    }

    private static List<String> paths(String prefix, Path acknowledged) {
        try (var numbers = Files.lines(acknowledged)) {
            return numbers.map(prefix::concat).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The median of a short while; one writer. */
    private static double flushMicros(BareFlush disk) {
        List<Long> nanos = new ArrayList<>();
        long begun = System.nanoTime();
        for (long now = begun; now - begun < FLUSHES_SECONDS * 1e9; ) {
            disk.append(nanos.size());
            long done = System.nanoTime();
            nanos.add(done - now);
            now = done;
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow() / 1e3;
    }
}
