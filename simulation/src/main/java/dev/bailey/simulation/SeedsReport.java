package dev.bailey.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What many seeds came to. Used by one thread at a time. */
final class SeedsReport {

    private static final int TOLD = 20;
    private static final int LAST_LINES = 60;

    private final int nodes;
    private final long seeds;
    private final Map<String, List<String>> broken = new TreeMap<>();
    private Simulation.@Nullable Result first;
    private long hash;

    SeedsReport(int nodes, long seeds) {
        this.nodes = nodes;
        this.seeds = seeds;
    }

    /** What chooses worlds of so many nodes on the command line. */
    static String options(int nodes) {
        return switch (nodes) {
            case Seeds.JOURNAL -> "--journal ";
            case 1 -> "";
            default -> "--nodes " + nodes + " ";
        };
    }

    /** A seed has ended. The sentence to be told of it; null when nothing is. */
    @Nullable
    String add(Simulation.Result result) {
        hash += result.hash() * (2 * result.seed() + 1);
        if (result.violation().isEmpty()) {
            return null;
        }
        if (first == null || result.seed() < first.seed()) {
            first = result;
        }
        List<String> found = broken.computeIfAbsent(result.invariant(), _ -> new ArrayList<>());
        found.add("seed " + result.seed() + ": " + result.violation().get());
        return found.size() <= TOLD ? found.getLast() : null;
    }

    boolean isGood() {
        return broken.isEmpty();
    }

    List<String> lines(Counts counts, Duration took) {
        List<String> lines = new ArrayList<>();
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
        if (nodes != Seeds.JOURNAL) {
            lines.addAll(ofGateways(counts));
        }
        lines.add(row("run time, s", took.toSeconds()));
        lines.add("| all traces | `" + Long.toHexString(hash) + "` |");
        broken.forEach((invariant, found) -> {
            lines.add("");
            lines.add("## " + invariant + ": " + found.size());
            lines.add("");
            found.stream().sorted().limit(TOLD).forEach(line -> lines.add("- " + line));
        });
        if (first != null) {
            lines.add("");
            lines.addAll(end(nodes, first));
        }
        return lines;
    }

    private List<String> ofGateways(Counts counts) {
        List<String> lines = new ArrayList<>();
        lines.add(row("requests repeated with their key", counts.repeated));
        lines.add(row("requests given the first answer again", counts.replayed));
        lines.add(row("handovers committed", counts.committed));
        lines.add(row("handovers aborted", counts.aborted));
        if (nodes > 1) {
            lines.add(row("times that a node took the lead", counts.leads));
            lines.add(row("deliveries", counts.carried));
            lines.add(row("deliveries by nodes that did not lead", counts.carriedBeside));
            lines.add(row("nodes that stopped in order", counts.stops));
            lines.add(row("nodes that stood still", counts.pauses));
            lines.add(row("ways to the store that were cut", counts.cuts));
        }
        return lines;
    }

    private static String row(String figure, long value) {
        return "| " + figure + " | " + String.format(Locale.ROOT, "%,d", value) + " |";
    }

    /** What happened last in a world, and how to see the rest. */
    static List<String> end(int nodes, Simulation.Result result) {
        List<String> trace = result.trace();
        List<String> lines = new ArrayList<>();
        lines.add("## The end of seed " + result.seed());
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "The last of %,d lines; `./bailey simulate %s--seed %d` prints all. Times are simulated, in µs.",
                trace.size(),
                options(nodes),
                result.seed()));
        lines.add("");
        lines.add("```");
        lines.addAll(trace.subList(Math.max(0, trace.size() - LAST_LINES), trace.size()));
        lines.add("```");
        return lines;
    }
}
