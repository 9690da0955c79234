package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * CPU time of a process and its children as the operating system accounts it ({@code /proc/PID/stat}), in ticks of 10 ms.
 *
 * @param userTicks spent in the program
 * @param systemTicks spent in the kernel for it
 */
public record CpuTime(long userTicks, long systemTicks) {

    /** Linux shows {@code /proc} times in hundredths of a second on every architecture Bailey runs on. */
    private static final double TICK_MICROS = 10_000;

    private static final int AFTER_NAME_USER = 11;
    private static final int AFTER_NAME_SYSTEM = 12;

    /** Of a process and its children. */
    public static CpuTime of(ProcessHandle process) {
        CpuTime total = of(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            total = total.plus(of(child.pid()));
        }
        return total;
    }

    /** Of a process without its children. */
    public static CpuTime ofAlone(ProcessHandle process) {
        return of(process.pid());
    }

    private static CpuTime of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new CpuTime(Long.parseLong(fields[AFTER_NAME_USER]), Long.parseLong(fields[AFTER_NAME_SYSTEM]));
        } catch (NoSuchFileException ended) {
            return new CpuTime(0, 0);
        } catch (IOException unreadable) {
            throw new BenchFailure("CPU time of process " + pid + " cannot be read", unreadable);
        }
    }

    private CpuTime plus(CpuTime other) {
        return new CpuTime(userTicks + other.userTicks, systemTicks + other.systemTicks);
    }

    public CpuTime since(CpuTime before) {
        return new CpuTime(userTicks - before.userTicks, systemTicks - before.systemTicks);
    }

    public double micros() {
        return userMicros() + systemMicros();
    }

    public double userMicros() {
        return userTicks * TICK_MICROS;
    }

    public double systemMicros() {
        return systemTicks * TICK_MICROS;
    }
}
