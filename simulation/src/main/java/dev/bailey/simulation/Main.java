package dev.bailey.simulation;

import dev.bailey.app.demo.FaultReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./bailey simulate}. Exit codes: 0 every invariant held (with {@code --mistakes}: every mistake was found), 1 one was broken (was not), 2 wrong usage. */
@Command(
        name = "bailey simulate",
        description =
                "Runs the write path under seeded faults, crashes and handovers, and looks whether anything is lost,"
                        + " doubled or left unequal.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    private static final List<String> OF_WORLDS = List.of("--seeds", "--first", "--seed", "--nodes", "--journal");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--seeds", paramLabel = "N", description = "how many seeds (default: ${DEFAULT-VALUE})")
    private long seeds = 2_000;

    @Option(names = "--first", paramLabel = "S", description = "the first of them (default: ${DEFAULT-VALUE})")
    private long first = 1;

    @Option(names = "--seed", paramLabel = "S", description = "one seed, with all that happened")
    private @Nullable Long seed;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "how many nodes share a store; 1 for one process with its own (default: ${DEFAULT-VALUE})")
    private int nodes = 1;

    @Option(
            names = "--journal",
            description = "no node: the embedded journal alone, over a disk that loses, tears, fails and is full")
    private boolean journal;

    @Option(
            names = "--mistakes",
            description = "makes known mistakes in the code, one at a time, and shows which invariant finds each")
    private boolean mistakes;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "seeds, or mistakes, run at the same time (default: one per processor)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--report", paramLabel = "FILE", description = "writes what it found there, too")
    private @Nullable Path report;

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Main());
        command.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        command.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        atLeastOne("--seeds", seeds);
        atLeastOne("--threads", threads);
        atLeastOne("--nodes", nodes);
        if (journal) {
            nodes = Seeds.JOURNAL;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (mistakes) {
            refuseOptionsOfWorlds();
            return makeMistakes(out);
        }
        return seed != null ? one(nodes, seed, out) : many(out);
    }

    private void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " is " + value + " (expected >= 1): nothing would be looked at");
        }
    }

    private void refuseOptionsOfWorlds() {
        for (String option : OF_WORLDS) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        option + " does not go with --mistakes: each mistake has its own worlds and its own seed");
            }
        }
    }

    private static int one(int nodes, long seed, PrintWriter out) throws IOException {
        try (Worker worker = new Worker()) {
            Simulation.Result result = worker.run(nodes, seed);
            result.trace().forEach(out::println);
            out.println(result.violation().map(broken -> "broken: " + broken).orElse("everything held") + " (trace "
                    + Long.toHexString(result.hash()) + ")");
            return result.violation().isPresent() ? 1 : 0;
        }
    }

    private int many(PrintWriter out) throws IOException, InterruptedException {
        long start = System.nanoTime();
        SeedsReport found = new SeedsReport(nodes, seeds);
        Counts counts = Seeds.run(nodes, first, seeds, threads, result -> {
            String sentence = found.add(result);
            if (sentence != null) {
                out.println(sentence);
            }
        });
        tell(
                out,
                journal ? "Simulation of the embedded journal" : "Simulation of the write path",
                SeedsReport.options(nodes) + "--first " + first + " --seeds " + seeds,
                found.lines(counts, Duration.ofNanos(System.nanoTime() - start)));
        return found.isGood() ? 0 : 1;
    }

    private int makeMistakes(PrintWriter out) throws IOException, InterruptedException {
        List<Catch> catches = MistakesRun.run(threads, caught -> {
            out.println(MistakesRun.line(caught));
            caught.advice().ifPresent(out::println);
        });
        tell(out, "Mistakes made in the write path, and what found each", "--mistakes", MistakesRun.table(catches));
        return catches.stream().allMatch(caught -> caught.found().isPresent()) ? 0 : 1;
    }

    private void tell(PrintWriter out, String title, String options, List<String> findings)
            throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add("# " + title);
        lines.add("");
        lines.add("`./bailey simulate " + options + "`, " + LocalDate.now(Clock.systemUTC()));
        lines.add("");
        FaultReport.facts(Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath())
                .forEach(fact -> lines.add("- " + fact));
        lines.add("");
        lines.addAll(findings);
        lines.forEach(out::println);
        if (report != null) {
            Files.write(report, lines, StandardCharsets.UTF_8);
        }
    }
}
