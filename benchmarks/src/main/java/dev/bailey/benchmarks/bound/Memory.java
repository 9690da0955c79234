package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.Command;
import java.nio.file.Path;
import java.util.List;

/** Memory of a JVM, in MiB. */
final class Memory {

    private static final double MIB = 1024 * 1024;

    private Memory() {}

    /** What the operating system keeps in memory for it. */
    static double mib(Child process) {
        return process.residentBytes() / MIB;
    }

    /** What its heap holds after a full collection. */
    static double heapMib(Child process) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = Command.output(List.of(jcmd, Long.toString(process.pid()), "GC.class_histogram"));
        String last = histogram.lines().reduce("", (before, line) -> line);
        String[] words = last.strip().split("\\s+");
        if (words.length != 3 || !words[0].equals("Total")) {
            throw new BenchFailure("the heap of process " + process.pid() + " cannot be read: " + last);
        }
        return Long.parseLong(words[2]) / MIB;
    }
}
