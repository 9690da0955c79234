package dev.bailey.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run found, as a page of Markdown. */
public final class FaultReport {

    private static final int MAX_FINDINGS = 50;

    private FaultReport() {}

    static List<String> lines(
            String command,
            LocalDate date,
            List<String> facts,
            FaultAccount account,
            FaultTimeline timeline,
            long answersCut) {
        List<String> lines = new ArrayList<>();
        lines.add("# bailey faults, " + date);
        lines.add("");
        lines.add("- command: `" + command + "`");
        facts.forEach(fact -> lines.add("- " + fact));
        lines.add("");
        lines.add(
                account.isGood()
                        ? "Nothing was lost, doubled or left different, and everything came to rest."
                        : "**This run failed.**"
                                + (account.unsettled().isEmpty() ? "" : " Not settled: " + account.unsettled()));
        lines.add("");
        lines.add("| figure | value |");
        lines.add("|---|---|");
        account.figures().forEach((figure, value) -> lines.add(row(figure, value)));
        lines.add("");
        lines.add("| fault | times |");
        lines.add("|---|---|");
        timeline.counts().forEach((fault, times) -> lines.add(row(fault, times)));
        lines.add(row("answers lost after their requests were passed on", answersCut));
        lines.add("");
        if (!account.audit().findings().isEmpty()) {
            lines.add("## Found");
            lines.add("");
            account.audit().findings().stream().limit(MAX_FINDINGS).forEach(finding -> lines.add("- " + finding));
            lines.add("");
        }
        if (!account.counts().staleReads().isEmpty()) {
            lines.add("## Stale reads");
            lines.add("");
            account.counts().staleReads().stream().limit(MAX_FINDINGS).forEach(read -> lines.add("- " + read));
            lines.add("");
        }
        lines.add("## Timeline");
        lines.add("");
        lines.add("Since the faults began; how long each lasted, starting again included.");
        lines.add("");
        lines.add("```");
        timeline.entries().forEach(entry -> lines.add(entry.words()));
        lines.add("```");
        return lines;
    }

    private static String row(String figure, long value) {
        return "| " + figure + " | " + String.format(Locale.ROOT, "%,d", value) + " |";
    }

    /** Machine and versions. */
    public static List<String> facts(Path home) throws IOException, InterruptedException {
        return List.of(
                "machine: " + Runtime.getRuntime().availableProcessors() + " cores, "
                        + output(List.of("uname", "-srm")),
                "Java: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                "commit: " + commit(home));
    }

    private static String commit(Path home) throws IOException, InterruptedException {
        if (!Files.exists(home.resolve(".git"))) {
            return "not built from a repository";
        }
        String commit = output(List.of("git", "-C", home.toString(), "rev-parse", "--short", "HEAD"));
        boolean changed = !output(List.of("git", "-C", home.toString(), "status", "--porcelain", "-uno"))
                .isEmpty();
        return commit + (changed ? " with changes" : "");
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? text : "unknown";
    }
}
