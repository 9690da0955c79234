package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a core did since the machine started ({@code /proc/stat}), in ticks of 10 ms.
 *
 * @param busy for any process, or taken by other virtual machines
 * @param total busy and idle
 */
public record CoreTime(long busy, long total) {

    private static final int IDLE = 4;
    private static final int IOWAIT = 5;
    private static final int LAST = 8;

    public static CoreTime of(String core) {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            String[] fields = lines.filter(line -> line.startsWith("cpu" + core + " "))
                    .findFirst()
                    .orElseThrow(() -> new BenchFailure("core " + core + " is not in /proc/stat"))
                    .split(" ");
            long total = 0;
            for (int field = 1; field <= LAST; field++) {
                total += Long.parseLong(fields[field]);
            }
            return new CoreTime(total - Long.parseLong(fields[IDLE]) - Long.parseLong(fields[IOWAIT]), total);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Share of the core's time since then that went to others than the process that used so much: 0 to 1. */
    public double othersShareSince(CoreTime before, CpuTime process) {
        long others = busy - before.busy - process.userTicks() - process.systemTicks();
        return Math.max(0, others) / (double) Math.max(1, total - before.total);
    }
}
