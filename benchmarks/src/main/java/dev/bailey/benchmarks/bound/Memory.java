package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.Command;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memory of a JVM, in MiB. */
final class Memory {

    private static final double MIB = 1024 * 1024;

    private Memory() {}

    /** What the operating system keeps in memory for it. */
    static double mib(Child process) {
        return process.residentBytes() / MIB;
    }

    /** What its heap holds after a full collection: bytes by class. */
    static Map<String, Long> heap(Child process) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = Command.output(List.of(jcmd, Long.toString(process.pid()), "GC.class_histogram"));
        Map<String, Long> bytes = new HashMap<>();
        histogram.lines().map(line -> line.strip().split("\\s+")).forEach(words -> {
            if (words.length >= 4 && words[0].endsWith(":") && words[2].matches("[0-9]+")) {
                bytes.merge(words[3], Long.parseLong(words[2]), Long::sum);
            }
        });
        if (bytes.isEmpty()) {
            throw new BenchFailure("the heap of process " + process.pid() + " cannot be read: " + histogram);
        }
        return bytes;
    }

    static double mib(Map<String, Long> heap) {
        return heap.values().stream().mapToLong(Long::longValue).sum() / MIB;
    }
}
