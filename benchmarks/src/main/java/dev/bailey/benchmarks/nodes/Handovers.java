package dev.bailey.benchmarks.nodes;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Write authority of half of a slice's entities goes there and back under load, with three nodes that must all agree. */
final class Handovers {

    private static final int NODES = 3;
    private static final int SLICES = 4;
    private static final int CLIENTS = 24;
    private static final int ITEMS = 40;

    private static final Duration WARM = Duration.ofSeconds(20);

    /** Slices begin one after the other, so that their handovers seldom meet. */
    private static final Duration APART = Duration.ofMillis(1_300);

    private static final double BOUND_MS = 500;

    private static final Pattern NUMBERS = Pattern.compile("[{][^{}]*\"stallMs\"[^{}]*[}]");

    private final Workspace workspace;
    private final Database database;
    private final Report report;
    private final int handovers;
    private final List<Duration> pauses;

    /** @param pauses of a client between two writes, for each level of load */
    Handovers(Workspace workspace, Database database, Report report, int handovers, List<Duration> pauses) {
        this.workspace = workspace;
        this.database = database;
        this.report = report;
        this.handovers = handovers;
        this.pauses = pauses;
    }

    /**
     * How long writes were held by a handover, and of it until the nodes were quiet, from then until the follower had
     * everything, and from then until both stores were seen equal; the rest is the commit.
     */
    private record Stall(double whole, double quiet, double carried, double compared) {

        /** A move is told as it was measured, in fractions; a whole number beside it says the same. */
        static Stream<Stall> of(String numbers) {
            return number(numbers, "stallMs").stream()
                    .map(whole -> new Stall(
                            whole,
                            number(numbers, "quietMs").orElse(0.0),
                            number(numbers, "carriedMs").orElse(0.0),
                            number(numbers, "comparedMs").orElse(0.0)));
        }

        private static Optional<Double> number(String numbers, String name) {
            return Pattern.compile("\"" + name + "\":([0-9]+[.][0-9E+-]+)")
                    .matcher(numbers)
                    .results()
                    .map(found -> Double.parseDouble(found.group(1)))
                    .findFirst();
        }

        double committed() {
            return whole - quiet - carried - compared;
        }
    }

    /** What was seen: of each handover its stall, and the longest write that was under way meanwhile; and what was not made. */
    private record Seen(List<Stall> stalls, Queue<Double> waits, AtomicInteger failed) {
        Seen() {
            this(new ArrayList<>(), new ConcurrentLinkedQueue<>(), new AtomicInteger());
        }
    }

    void measure() throws InterruptedException {
        try (Crew crew = Crew.start("handovers", workspace, database, NODES, SLICES)) {
            for (int slice = 0; slice < SLICES; slice++) {
                for (String step : List.of(
                        "\"to\":\"BACKFILL\"",
                        "\"to\":\"RECONCILE\"",
                        "\"to\":\"SHADOW_READ\"",
                        "\"to\":\"READ_CUTOVER\"",
                        "\"to\":\"READ_CUTOVER\",\"ramp\":\"100%\"")) {
                    crew.api().advance("s" + slice, step);
                }
            }
            report.line("## Handovers");
            report.line("");
            List<Stall> before = new ArrayList<>();
            for (Duration pause : pauses) {
                measure(crew, pause, before);
            }
        }
    }

    private void measure(Crew crew, Duration pause, List<Stall> before) throws InterruptedException {
        Clients clients = Clients.start(crew.ports(), new Clients.Plan(CLIENTS, SLICES, ITEMS, pause));
        Seen seen;
        double perSecond;
        try {
            Thread.sleep(WARM);
            before.addAll(rehearse(crew, clients, 2 * SLICES).stalls);
            long begun = System.nanoTime();
            long written = clients.yes.sum();
            seen = rehearse(crew, clients, handovers);
            seen.stalls.removeAll(before);
            before.addAll(seen.stalls);
            perSecond = (clients.yes.sum() - written) / ((System.nanoTime() - begun) / 1e9);
        } finally {
            clients.close();
        }
        crew.awaitEqual();
        tell(seen, clients, pause, perSecond);
    }

    /** All slices at the same time, until enough is made or as much has failed. */
    private static Seen rehearse(Crew crew, Clients clients, int wanted) throws InterruptedException {
        Seen seen = new Seen();
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> slices = new ArrayList<>();
            for (int i = 0; i < SLICES; i++) {
                int slice = i;
                slices.add(all.submit(() -> {
                    Thread.sleep(APART.multipliedBy(slice));
                    while (seen.waits.size() < wanted && seen.failed.get() < wanted) {
                        thereAndBack(crew, clients, slice, seen);
                    }
                    return slice;
                }));
            }
            for (Future<?> slice : slices) {
                slice.get();
            }
        } catch (ExecutionException failed) {
            throw new BenchFailure("a rehearsal failed: " + failed.getCause(), failed);
        }
        for (int slice = 0; slice < SLICES; slice++) {
            NUMBERS.matcher(crew.api().get("/slices/s" + slice + "/history"))
                    .results()
                    .flatMap(found -> Stall.of(found.group()))
                    .forEach(seen.stalls::add);
        }
        return seen;
    }

    /** The first half of the time belongs to the way there. */
    private static void thereAndBack(Crew crew, Clients clients, int slice, Seen seen) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            String answer =
                    crew.api().post("/slices/s" + slice + "/rehearse", "{\"reason\":\"benchmark\",\"cohort\":\"50%\"}");
            if (!answer.contains("showed")) {
                throw new BenchFailure(answer);
            }
            long ended = System.nanoTime();
            long half = begun + (ended - begun) / 2;
            seen.waits.add(clients.longestMs(slice, begun, half));
            seen.waits.add(clients.longestMs(slice, half, ended));
        } catch (BenchFailure notMade) {
            System.err.println(notMade.getMessage());
            seen.failed.incrementAndGet();
            Thread.sleep(1_000);
        }
    }

    private void tell(Seen seen, Clients clients, Duration pause, double perSecond) {
        double[] stalls = of(seen, Stall::whole);
        double[] waits = sorted(seen.waits());
        double[] usual = clients.took();
        report.line("### %,.0f writes a second", perSecond);
        report.line("");
        report.line(
                "Three nodes, %d slices; %d clients write %d entities each with a pause of %d ms (%,.0f writes a second). Half of a slice's entities go to the other side and come"
                        + " back after 10 s (`rehearse`), in all slices at the same time; the first handovers of each are for warming. What was written in the last minute is read at both sides before a commit.",
                SLICES, CLIENTS, ITEMS, pause.toMillis(), perSecond);
        report.line("");
        report.line("| | count | p50 ms | p99 ms | longest ms |");
        report.line("|---|---|---|---|---|");
        row("stall of a handover: from the hold to its end, with everything verified", stalls);
        row("of it until every node held and was quiet (`quietMs`)", of(seen, Stall::quiet));
        row("of it until the follower had everything (`carriedMs`)", of(seen, Stall::carried));
        row("of it until both stores were seen equal (`comparedMs`)", of(seen, Stall::compared));
        row("of it the commit", of(seen, Stall::committed));
        row("the longest write of the slice around each handover, held or not", waits);
        row("all writes", usual);
        report.line("");
        report.bound(
                stalls.length >= handovers && Quantiles.of(stalls, 0.99) <= BOUND_MS,
                "p99 of %d stalls is %.0f ms (expected ≤ %.0f of at least %d)",
                stalls.length,
                Quantiles.of(stalls, 0.99),
                BOUND_MS,
                handovers);
        report.bound(
                clients.refused.sum() + clients.unanswered.sum() == 0,
                "%,d writes were refused, %,d not answered (expected 0); %,d were answered; both sides were equal",
                clients.refused.sum(),
                clients.unanswered.sum(),
                clients.yes.sum());
        report.line(
                "- rehearsals that were not made at the first try (aborted at the stall budget of 2 s, or otherwise): %d",
                seen.failed().get());
        report.line("");
    }

    private void row(String what, double[] figures) {
        report.line(
                "| %s | %,d | %.1f | %.1f | %.1f |",
                what,
                figures.length,
                Quantiles.of(figures, 0.5),
                Quantiles.of(figures, 0.99),
                Quantiles.of(figures, 1));
    }

    private static double[] of(Seen seen, ToDoubleFunction<Stall> part) {
        return seen.stalls().stream().mapToDouble(part).sorted().toArray();
    }

    private static double[] sorted(Collection<Double> figures) {
        return figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
