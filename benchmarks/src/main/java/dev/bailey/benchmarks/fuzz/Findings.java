package dev.bailey.benchmarks.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What did not hold, each kind once, in files of a run's folder: a text, and the bytes alone. Added to by one thread. */
final class Findings {

    private static final int MAX = 20;

    private final Path folder;
    private final String name;
    private final Set<String> kinds = new HashSet<>();
    private final AtomicInteger count = new AtomicInteger();

    Findings(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    int count() {
        return count.get();
    }

    boolean isFull() {
        return count.get() >= MAX;
    }

    /** @param where in the run it was found */
    void add(Input input, Throwable failure, String where) {
        StackTraceElement[] trace = failure.getStackTrace();
        String line = trace.length == 0 ? "" : trace[0].toString();
        String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        if (!kinds.add(line + first.replaceAll("[0-9]+", "0"))) {
            return;
        }
        int number = count.incrementAndGet();
        String text = failure + "\nat " + line + "\n" + where + ", " + input.kind() + "\n"
                + HexFormat.of().formatHex(input.bytes()) + "\n"
                + new String(input.bytes(), StandardCharsets.ISO_8859_1) + "\n";
        try {
            Files.writeString(folder.resolve(name + "-" + number + ".txt"), text);
            Files.write(folder.resolve(name + "-" + number + ".bin"), input.bytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.out.println("FINDING " + number + ": " + first + " (" + line + ")");
    }
}
