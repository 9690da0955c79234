package dev.bailey.benchmarks.report;

import dev.bailey.benchmarks.machine.Today;
import dev.bailey.benchmarks.machine.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report that grows while a command measures: each line is printed at once, and the whole is written below
 * {@code benchmarks/reports} with machine, versions and commit. Not thread-safe.
 */
public final class Report {

    private final String name;
    private final String command;
    private final List<String> lines = new ArrayList<>();
    private boolean kept = true;

    /**
     * @param name of the command, and so of the file
     * @param command how the run was started
     */
    public Report(String name, String command) {
        this.name = name;
        this.command = command;
    }

    /** A line of Markdown. */
    public void line(String format, Object... values) {
        String line = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        System.out.println(line);
        lines.add(line);
    }

    /** A bound and whether it was kept, with the value that was found. */
    public void bound(boolean isKept, String format, Object... values) {
        line("- " + (isKept ? "kept: " : "**not kept**: ") + format, values);
        kept &= isKept;
    }

    /** The command's exit code: 0 when every bound was kept. */
    public int exitCode() {
        return kept ? 0 : 1;
    }

    /** Writes it, over an older one of the same day. */
    public void write(Workspace workspace) {
        StringBuilder text = new StringBuilder("# bailey-bench " + name + ", " + Today.date() + "\n\n");
        text.append("- command: `./bailey-bench ").append(command).append("`\n");
        for (Map.Entry<String, String> fact : Facts.of(workspace).entrySet()) {
            text.append("- ")
                    .append(fact.getKey())
                    .append(": ")
                    .append(fact.getValue())
                    .append('\n');
        }
        text.append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        Path file = workspace.benchmarks().resolve("reports/" + name + "-" + Today.date() + ".md");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.out.println("report: " + workspace.home().relativize(file));
    }
}
