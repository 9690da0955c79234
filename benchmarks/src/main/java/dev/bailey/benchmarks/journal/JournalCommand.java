package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded journal against its bounds. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description =
                "The embedded journal beside the bare flush, a bare loop over SQLite and one over a file: appends, whole lives of records, compaction, restart.")
public final class JournalCommand implements Callable<Integer> {

    /** What can be measured alone. */
    enum Part {
        APPEND,
        LIFE,
        COMPACT,
        RESTART
    }

    /** Where the journal is. */
    enum Store {
        EMBEDDED,
        JDBC_EMBEDDED
    }

    @Option(
            names = "--parts",
            paramLabel = "PART",
            split = ",",
            defaultValue = "APPEND,LIFE,COMPACT,RESTART",
            description = "${COMPLETION-CANDIDATES} (default: all)")
    private List<Part> parts = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "alternating rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            defaultValue = "4",
            description = "of each measurement of a round (default: ${DEFAULT-VALUE})")
    private int seconds = 4;

    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "of whole lives without a pause (default: ${DEFAULT-VALUE})")
    private int minutes = 10;

    @Option(
            names = "--delivered",
            defaultValue = "50000000",
            description = "delivered records to compact (default: ${DEFAULT-VALUE})")
    private long delivered = 50_000_000;

    @Option(
            names = "--undelivered",
            defaultValue = "1000000",
            description = "undelivered records to restart with (default: ${DEFAULT-VALUE})")
    private int undelivered = 1_000_000;

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "EMBEDDED",
            description =
                    "EMBEDDED, or JDBC_EMBEDDED for appends to a PostgreSQL that is started for it, beside a bare loop"
                            + " that inserts and commits there (default: ${DEFAULT-VALUE})")
    private Store store = Store.EMBEDDED;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " is " + value + " (expected >= 1): nothing would be measured");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        atLeastOne("--rounds", rounds);
        atLeastOne("--seconds", seconds);
        atLeastOne("--minutes", minutes);
        atLeastOne("--delivered", delivered);
        atLeastOne("--undelivered", undelivered);
        Workspace workspace = Workspace.open();
        StringBuilder command = new StringBuilder("journal");
        if (store == Store.JDBC_EMBEDDED) {
            command.append(" --store ").append(store);
        } else if (parts.size() < Part.values().length) {
            command.append(" --parts ")
                    .append(String.join(",", parts.stream().map(Part::name).toList()));
        }
        command.append(" --rounds %d --seconds %d --minutes %d --delivered %d --undelivered %d"
                .formatted(rounds, seconds, minutes, delivered, undelivered));
        Report report = new Report("journal", command.toString());
        report.line(
                "Records of %,d bytes with headers and body; whoever writes waits until it is on the disk.",
                Subject.BYTES);
        if (store == Store.JDBC_EMBEDDED) {
            report.line("");
            new Postgres(workspace, report, rounds, seconds).measure();
        }
        for (Part part : store == Store.EMBEDDED ? parts : List.<Part>of()) {
            report.line("");
            switch (part) {
                case APPEND -> new Appends(workspace, report, rounds, seconds).measure();
                case LIFE -> new Lives(workspace, report, rounds, seconds, minutes).measure();
                case COMPACT -> new Compaction(workspace, report, delivered).measure();
                case RESTART -> new Restarts(workspace, report, rounds, undelivered).measure();
            }
        }
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }
}
