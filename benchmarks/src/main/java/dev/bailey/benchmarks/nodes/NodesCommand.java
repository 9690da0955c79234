package dev.bailey.benchmarks.nodes;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Several nodes over one PostgreSQL. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description =
                "One, two and three nodes over one PostgreSQL: journalled dual writes and what they cost, and the stall of handovers.")
public final class NodesCommand implements Callable<Integer> {

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "alternating rounds; 0 measures handovers alone (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--seconds",
            defaultValue = "8",
            description = "of each measurement of a round (default: ${DEFAULT-VALUE})")
    private int seconds = 8;

    @Option(
            names = "--handovers",
            defaultValue = "100",
            description = "with three nodes; 0 measures writes alone (default: ${DEFAULT-VALUE})")
    private int handovers = 100;

    @Option(
            names = "--pause",
            split = ",",
            defaultValue = "150,20",
            description =
                    "of a client between two writes, in ms, for each level of load that handovers are measured under:"
                            + " with the first of these the machine has room, with the second its cores are used up"
                            + " (default: ${DEFAULT-VALUE})")
    private List<Integer> pauses = List.of();

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private void atLeast(int least, String option, int value) {
        if (value < least) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " is " + value + " (expected >= " + least + ")");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        atLeast(0, "--rounds", rounds);
        atLeast(1, "--seconds", seconds);
        atLeast(0, "--handovers", handovers);
        Workspace workspace = Workspace.open();
        Report report = new Report(
                "nodes",
                "nodes --rounds %d --seconds %d --handovers %d --pause %s"
                        .formatted(
                                rounds,
                                seconds,
                                handovers,
                                pauses.stream().map(String::valueOf).collect(Collectors.joining(","))));
        try (Database database = Database.start(workspace.folder())) {
            report.line(
                    "PostgreSQL %s on the same machine and disk, `fsync` and `synchronous_commit` on. Nodes, database, clients and services share all cores.",
                    database.version());
            report.line("");
            if (rounds > 0) {
                new Throughput(workspace, database, report, rounds, seconds).measure();
            }
            if (handovers > 0) {
                new Handovers(
                                workspace,
                                database,
                                report,
                                handovers,
                                pauses.stream().map(Duration::ofMillis).toList())
                        .measure();
            }
        }
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }
}
