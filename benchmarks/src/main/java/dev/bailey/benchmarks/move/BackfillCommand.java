package dev.bailey.benchmarks.move;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import dev.bailey.model.spec.BackfillSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The backfill beside the database's own way to copy a table. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description =
                "Rows a second from PostgreSQL to PostgreSQL, beside psql's COPY … TO stdout | COPY … FROM stdin.")
public final class BackfillCommand implements Callable<Integer> {

    private static final double LEAST_SHARE = 0.35;
    private static final long MOST_HEAP = 256L << 20;

    @Option(names = "--rows", defaultValue = "1000000", description = "rows (default: ${DEFAULT-VALUE})")
    private long rows = 1_000_000;

    @Option(names = "--rounds", defaultValue = "5", description = "alternating rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--workers",
            split = ",",
            defaultValue = "3",
            description = "chunks at a time; several to compare (default: ${DEFAULT-VALUE})")
    private List<Integer> workers = List.of();

    @Option(
            names = "--ways",
            paramLabel = "WAY",
            split = ",",
            defaultValue = "READ,WRITE",
            description = "where values are transformed: ${COMPLETION-CANDIDATES} (default: all)")
    private List<Way> ways = List.of();

    @Option(names = "--note", description = "a word for the report, such as who else used the machine")
    private String note = "";

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        Report report = new Report(
                "backfill-" + (rows >= 1_000_000 ? rows / 1_000_000 + "M" : Long.toString(rows)),
                "backfill --rows " + rows + " --rounds " + rounds + " --workers "
                        + String.join(",", workers.stream().map(String::valueOf).toList()));
        if (!note.isBlank()) {
            report.line("%s", note);
            report.line("");
        }
        Path folder = workspace.folder();
        try (Databases databases = Databases.start(folder)) {
            databases.sql("legacy", Way.LEGACY, Way.fill(rows), "vacuum analyze orders");
            databases.sql(
                    "modern", "create table orders_copied " + Way.LEGACY.substring("create table orders ".length()));
            String server = databases.ask("legacy", "show server_version");
            report.line(
                    "%,d rows of six columns, one server (PostgreSQL %s, fsync on), an index for the primary key; rows a"
                            + " second, median [min–max] of %d alternating rounds after one that is not counted. COPY is psql's,"
                            + " of the same table as it is, without a transformation.",
                    rows, server, rounds);
            report.line("");
            for (Way way : ways) {
                measure(databases, report, way, folder);
            }
            long heap = usedHeap();
            report.bound(
                    heap <= MOST_HEAP,
                    "used heap at its highest %d MiB (expected ≤ 256 MiB): the sum of what each of its parts held at its own"
                            + " highest, so no less than all of it at any moment; not in it: code, threads and the drivers' own buffers. The"
                            + " process's resident memory at its highest: %d MiB",
                    heap >> 20,
                    residentKib() >> 10);
        } finally {
            delete(folder.resolve("postgres"));
        }
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }

    private void measure(Databases databases, Report report, Way way, Path folder) throws InterruptedException {
        List<Double> copies = new ArrayList<>();
        Map<Integer, List<Double>> fills = new LinkedHashMap<>();
        Map<Integer, List<Double>> shares = new LinkedHashMap<>();
        String wanted = databases.ask("legacy", Way.legacySum());
        for (int round = 0; round <= rounds; round++) {
            double copied = copy(databases);
            if (round > 0) {
                copies.add(copied);
            }
            for (int crew : workers) {
                double filled = fill(databases, way, crew, folder);
                String found = databases.ask("modern", way.modernSum());
                if (!found.equals(wanted)) {
                    throw new BenchFailure("the copy is not equal: " + found + " (expected " + wanted + ")");
                }
                if (round > 0) {
                    fills.computeIfAbsent(crew, any -> new ArrayList<>()).add(filled);
                    shares.computeIfAbsent(crew, any -> new ArrayList<>()).add(filled / copied);
                }
            }
        }
        report.line("## Transformed when %s", way.words);
        report.line("");
        report.line("| | rows a second | share of COPY |");
        report.line("|---|---|---|");
        report.line("| COPY \\| COPY | %s | 1 |", Series.of(copies).show(0));
        fills.forEach((crew, speeds) -> report.line(
                "| backfill, %d workers | %s | %s |",
                crew,
                Series.of(speeds).show(0),
                Series.of(shares.getOrDefault(crew, List.of())).show(2)));
        report.line("");
        shares.forEach((crew, share) -> report.bound(
                Series.of(share).median() >= LEAST_SHARE,
                "%d workers: %s of COPY's rows a second (expected ≥ 0.35); equal afterwards, by a sum in plain SQL",
                crew,
                Series.of(share).show(2)));
        report.line("");
    }

    private double copy(Databases databases) throws InterruptedException {
        databases.sql("modern", "truncate orders_copied", "checkpoint");
        long start = System.nanoTime();
        databases.copy("legacy", "copy orders to stdout", "modern", "copy orders_copied from stdin");
        return speed(start);
    }

    private double fill(Databases databases, Way way, int crew, Path folder) throws InterruptedException {
        databases.sql("modern", way.modern().toArray(String[]::new));
        databases.sql("modern", "checkpoint");
        BackfillSpec usual = BackfillSpec.DEFAULTS;
        BackfillSpec spec = new BackfillSpec(crew, 0, usual.chunk(), usual.lag(), usual.lagQuery());
        long start = System.nanoTime();
        Run.of(way.spec(databases.url("legacy"), databases.url("modern"), spec), folder.resolve("progress"));
        return speed(start);
    }

    private double speed(long start) {
        return rows * 1e9 / (System.nanoTime() - start);
    }

    /** The most that was in use, garbage included; no less than it was at any moment. */
    private static long usedHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }

    /** The most this process has had in memory. */
    private static long residentKib() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
