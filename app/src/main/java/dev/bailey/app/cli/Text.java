package dev.bailey.app.cli;

import dev.bailey.model.phase.Verdict;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import picocli.CommandLine.Help.Ansi;

/** Prints for people: lines, and tables whose columns line up; colours only on a terminal. */
final class Text {

    private final PrintWriter out;
    private final Ansi ansi;

    Text(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    void line(String text) {
        out.println(text);
    }

    /** A table with a head; says so when there is nothing in it. */
    void table(String nothing, List<String> head, List<List<String>> rows) {
        if (rows.isEmpty()) {
            line(nothing);
            return;
        }
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            line(coloured(text.toString().stripTrailing()));
        }
    }

    /** Colours a verdict at a row's beginning, after the widths are settled. */
    private String coloured(String row) {
        for (Verdict verdict : Verdict.values()) {
            if (row.startsWith(verdict.label() + " ")) {
                String style = verdict == Verdict.PASS ? "32" : verdict == Verdict.FAIL ? "31" : "33";
                return paint(style, verdict.label())
                        + row.substring(verdict.label().length());
            }
        }
        return row;
    }

    private String paint(String code, String text) {
        return ansi.enabled() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    String bold(String text) {
        return paint("1", text);
    }

    void flush() {
        out.flush();
    }

    static String share(double share) {
        return String.format(Locale.ROOT, "%.2f%%", share * 100);
    }

    static String share(OptionalDouble share) {
        return share.isPresent() ? share(share.getAsDouble()) : "-";
    }

    static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%,.1f", value);
    }

    static String number(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "-";
    }

    static String time(long seconds) {
        Duration left = Duration.ofSeconds(seconds);
        return left.toHours() > 0
                ? left.toHours() + " h " + left.toMinutesPart() + " min"
                : left.toMinutes() > 0 ? left.toMinutes() + " min " + left.toSecondsPart() + " s" : seconds + " s";
    }
}
