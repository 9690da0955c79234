package dev.bailey.benchmarks.nodes;

import dev.bailey.benchmarks.machine.CpuTime;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Journalled dual writes of as many clients over one, two and three nodes: how many, and what each costs. */
final class Throughput {

    private static final int CLIENTS = 64;
    private static final int ITEMS = 200;
    private static final int MOST_NODES = 3;
    private static final double MACHINE_USED_UP = 0.9;
    private static final double ALL_DELIVERED = 0.9;
    private static final Duration WARM = Duration.ofSeconds(10);

    private final Workspace workspace;
    private final Database database;
    private final Report report;
    private final int rounds;
    private final int seconds;

    Throughput(Workspace workspace, Database database, Report report, int rounds, int seconds) {
        this.workspace = workspace;
        this.database = database;
        this.report = report;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /**
     * What was seen of so many nodes in a round.
     *
     * @param seconds clients wrote
     * @param inTime writes answered with yes in these seconds
     * @param writes all of them, those under way at the end included
     * @param others refused, or not answered
     * @param p50 of the time to an answer, in milliseconds
     * @param inUse CPU time of these seconds
     * @param use CPU time until everything was at both sides
     * @param drained how long after the last write that was
     */
    private record Seen(
            double seconds,
            long inTime,
            long writes,
            long others,
            double p50,
            double p99,
            Use inUse,
            Use use,
            Database.Work work,
            Duration drained) {

        double answeredPerSecond() {
            return inTime / seconds;
        }

        /** At both sides. */
        double perSecond() {
            return writes / (seconds + drained.toNanos() / 1e9);
        }

        double each(double figure) {
            return figure / writes;
        }

        double cores(double micros) {
            return micros / 1e6 / seconds;
        }
    }

    void measure() throws InterruptedException {
        Map<Integer, List<Seen>> seen = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < MOST_NODES; i++) {
                int nodes = (round + i) % MOST_NODES + 1; // each round begins with another number
                seen.computeIfAbsent(nodes, _ -> new ArrayList<>()).add(once(nodes, round));
            }
        }
        tell(seen);
    }

    private Seen once(int nodes, int round) throws InterruptedException {
        try (Crew crew = Crew.start("writes-" + nodes + "-" + round, workspace, database, nodes, 1)) {
            Clients.Plan plan = new Clients.Plan(CLIENTS, 1, ITEMS, Duration.ZERO);
            try (Clients _ = Clients.start(crew.ports(), plan)) {
                Thread.sleep(WARM);
            }
            crew.awaitEqual();
            Clients clients = Clients.start(crew.ports(), plan);
            Use before = use(crew);
            Database.Work workBefore = database.work();
            long begun = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(seconds));
            double took = (System.nanoTime() - begun) / 1e9;
            long inTime = clients.yes.sum();
            Use inUse = use(crew).since(before);
            clients.close();
            Duration drained = crew.awaitEqual();
            Use use = use(crew).since(before);
            double[] latencies = clients.took();
            return new Seen(
                    took,
                    inTime,
                    clients.yes.sum(),
                    clients.refused.sum() + clients.unanswered.sum(),
                    Quantiles.of(latencies, 0.5),
                    Quantiles.of(latencies, 0.99),
                    inUse,
                    use,
                    database.work().since(workBefore),
                    drained);
        }
    }

    /** CPU time in microseconds. */
    private record Use(double leader, double followers, double database, double own) {
        Use since(Use before) {
            return new Use(
                    leader - before.leader, followers - before.followers, database - before.database, own - before.own);
        }

        double all() {
            return leader + followers + database + own;
        }
    }

    private Use use(Crew crew) {
        List<CpuTime> nodes = crew.cpu();
        double leader = nodes.getFirst().micros();
        return new Use(
                leader,
                nodes.stream().mapToDouble(CpuTime::micros).sum() - leader,
                database.cpu().micros(),
                own().micros());
    }

    /** Without the children, which are counted by themselves. */
    private static CpuTime own() {
        return CpuTime.ofAlone(ProcessHandle.current());
    }

    private void tell(Map<Integer, List<Seen>> seen) {
        report.line("## Writes");
        report.line("");
        report.line(
                "%d clients, each with %d entities of its own, write 200 bytes again as soon as they are answered, spread over the nodes; %d s after %d s of warming,"
                        + " %d rounds. Each node delivers its share of the partitions.",
                CLIENTS, ITEMS, seconds, WARM.toSeconds(), rounds);
        report.line("");
        report.line("A write is counted whole: until it is at both sides, with all CPU time until then.");
        report.line("");
        report.line(
                "| nodes | answered a second | at both sides a second | p50 ms | p99 ms | CPU µs a write: gateways | of it the leader | database | commits a write | log bytes a write | equal after ms |");
        report.line("|---|---|---|---|---|---|---|---|---|---|---|");
        seen.forEach((nodes, all) -> report.line(
                "| %d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |",
                nodes,
                show(all, Seen::answeredPerSecond, 0),
                show(all, Seen::perSecond, 0),
                show(all, Seen::p50, 1),
                show(all, Seen::p99, 1),
                show(all, one -> one.each(one.use().leader() + one.use().followers()), 0),
                show(all, one -> one.each(one.use().leader()), 0),
                show(all, one -> one.each(one.use().database()), 0),
                show(all, one -> one.each((double) one.work().commits()), 2),
                show(all, one -> one.each((double) one.work().walBytes()), 0),
                show(all, one -> (double) one.drained().toMillis(), 0)));
        report.line("");
        long others = seen.values().stream()
                .flatMap(List::stream)
                .mapToLong(Seen::others)
                .sum();
        report.bound(
                others == 0, "%,d writes were refused or not answered (expected 0); both sides were equal", others);
        double one = median(seen, 1);
        report.line(
                "- two nodes write %.2f × as fast as one, three %.2f × (all on the same machine, database, clients and services included)",
                median(seen, 2) / one, median(seen, MOST_NODES) / one);
        report.line("- the next limit: %s", limit(seen.getOrDefault(MOST_NODES, List.of())));
        report.line("");
    }

    private static String limit(List<Seen> all) {
        int cores = Runtime.getRuntime().availableProcessors();
        String used = String.format(
                Locale.ROOT,
                "of %d cores the node that leads used %s, the others %s, the database %s, clients and services %s",
                cores,
                show(all, one -> one.cores(one.inUse().leader()), 2),
                show(all, one -> one.cores(one.inUse().followers()), 2),
                show(all, one -> one.cores(one.inUse().database()), 2),
                show(all, one -> one.cores(one.inUse().own()), 2));
        if (middle(all, one -> one.cores(one.inUse().all())) >= MACHINE_USED_UP * cores) {
            return "the machine itself, whose cores are used up: " + used;
        }
        return middle(all, one -> one.perSecond() / one.answeredPerSecond()) < ALL_DELIVERED
                ? "the node that leads, which delivers fewer writes than come: " + used
                : "waiting, for the disk and the database, while cores are free: " + used;
    }

    private static double middle(List<Seen> all, ToDoubleFunction<Seen> figure) {
        return Series.of(all.stream().mapToDouble(figure).boxed().toList()).median();
    }

    private static double median(Map<Integer, List<Seen>> seen, int nodes) {
        return middle(seen.getOrDefault(nodes, List.of()), Seen::perSecond);
    }

    private static String show(List<Seen> all, ToDoubleFunction<Seen> figure, int decimals) {
        return Series.of(all.stream().mapToDouble(figure).boxed().toList()).show(decimals);
    }
}
