package dev.bailey.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What a run told of itself, as a page of Markdown. */
final class RunReport {

    private RunReport() {}

    /**
     * Writes it.
     *
     * @param name of the command
     * @param command as it was called
     * @param facts of machine and versions
     * @param isGood whether nothing was found that should not be
     */
    static void write(Path report, String name, String command, List<String> facts, boolean isGood, List<String> told)
            throws IOException {
        Path folder = report.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        List<String> lines = new ArrayList<>();
        lines.add("# bailey " + name + ", " + LocalDate.now(Clock.systemUTC()));
        lines.add("");
        lines.add("- command: `" + command + "`");
        facts.forEach(fact -> lines.add("- " + fact));
        lines.add("");
        lines.add(isGood ? "Nothing failed that must not." : "**This run failed.**");
        lines.add("");
        told.forEach(line -> lines.add("- " + line.strip()));
        Files.write(report, lines, StandardCharsets.UTF_8);
    }
}
