package dev.bailey.simulation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./bailey simulate}. Exit codes: 0 every invariant held, 1 one was broken, 2 wrong usage. */
@Command(
        name = "bailey simulate",
        description =
                "Runs the write path under seeded faults, crashes and handovers, and looks whether anything is lost,"
                        + " doubled or left unequal.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    private static final int TOLD = 20;

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
            names = "--threads",
            paramLabel = "N",
            description = "seeds run at the same time (default: one per processor)")
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
        return seed != null ? one(nodes, seed, out) : many(out);
    }

    private void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " is " + value + " (expected >= 1): nothing would be looked at");
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
        Map<String, List<String>> broken = new TreeMap<>();
        long[] hash = new long[1];
        Counts counts = Seeds.run(nodes, first, seeds, threads, result -> {
            hash[0] += result.hash() * (2 * result.seed() + 1);
            result.violation().ifPresent(what -> {
                List<String> found = broken.computeIfAbsent(result.invariant(), _ -> new ArrayList<>());
                found.add("seed " + result.seed() + ": " + what);
                if (found.size() <= TOLD) {
                    out.println(found.getLast());
                }
            });
        });
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        List<String> lines = lines(counts, broken, hash[0], took);
        lines.forEach(out::println);
        if (report != null) {
            Files.write(report, lines, StandardCharsets.UTF_8);
        }
        return broken.isEmpty() ? 0 : 1;
    }

    private List<String> lines(Counts counts, Map<String, List<String>> broken, long hash, Duration took) {
        List<String> lines = new ArrayList<>();
        lines.add(journal ? "# Simulation of the embedded journal" : "# Simulation of the write path");
        lines.add("");
        lines.add("`./bailey simulate " + (journal ? "--journal " : nodes == 1 ? "" : "--nodes " + nodes + " ")
                + "--first " + first + " --seeds " + seeds + "`");
        lines.add("");
        lines.add("| figure | value |");
        lines.add("|---|---|");
        lines.add(row("seeds", seeds));
        lines.add(row(
                "seeds in which an invariant was broken",
                broken.values().stream().mapToLong(List::size).sum()));
        lines.add(row("steps", counts.steps));
        lines.add(row("simulated time, s", counts.simulatedMillis / 1_000));
        lines.add(row("lives of gateway processes", counts.lives));
        lines.add(row("writes acknowledged", counts.acknowledged));
        if (journal) {
            return ended(lines, broken, hash, took);
        }
        lines.add(row("requests repeated with their key", counts.repeated));
        lines.add(row("requests given the first answer again", counts.replayed));
        lines.add(row("handovers committed", counts.committed));
        lines.add(row("handovers aborted", counts.aborted));
        if (nodes > 1) {
            lines.add(row("times that a node took the lead", counts.leads));
            lines.add(row("nodes that stood still", counts.pauses));
            lines.add(row("ways to the store that were cut", counts.cuts));
        }
        return ended(lines, broken, hash, took);
    }

    private static List<String> ended(List<String> lines, Map<String, List<String>> broken, long hash, Duration took) {
        lines.add(row("run time, s", took.toSeconds()));
        lines.add("| all traces | `" + Long.toHexString(hash) + "` |");
        broken.forEach((invariant, found) -> {
            lines.add("");
            lines.add("## " + invariant + ": " + found.size());
            lines.add("");
            found.stream().sorted().limit(TOLD).forEach(line -> lines.add("- " + line));
        });
        return lines;
    }

    private static String row(String figure, long value) {
        return "| " + figure + " | " + String.format(Locale.ROOT, "%,d", value) + " |";
    }
}
