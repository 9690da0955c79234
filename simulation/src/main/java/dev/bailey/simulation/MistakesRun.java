package dev.bailey.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Makes every mistake there is, one at a time, and tells what found each. */
final class MistakesRun {

    private MistakesRun() {}

    /** @param each is told of every mistake, in the order of their list */
    static List<Catch> run(int threads, Consumer<Catch> each) throws InterruptedException {
        List<Catch> catches = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Catch>> ends = Mistakes.all().stream()
                    .map(mistake -> pool.submit(() -> Catch.of(mistake)))
                    .toList();
            for (Future<Catch> end : ends) {
                catches.add(end.get());
                each.accept(catches.getLast());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return catches;
    }

    static String line(Catch caught) {
        return caught.mistake() + ": "
                + caught.found()
                        .map(finding -> "seed " + finding.seed() + ", " + finding.said())
                        .orElse("not found by any of " + Catch.SEEDS + " seeds");
    }

    static List<String> table(List<Catch> catches) {
        List<String> lines = new ArrayList<>();
        lines.add("Each is made in the class files, alone, and an invariant is broken in the world of a seed.");
        lines.add("");
        lines.add("| figure | value |");
        lines.add("|---|---|");
        lines.add("| mistakes | " + catches.size() + " |");
        lines.add("| found | "
                + catches.stream().filter(each -> each.found().isPresent()).count() + " |");
        lines.add("");
        lines.add("| mistake | made in | worlds | seed | invariant | what it said |");
        lines.add("|---|---|---|---|---|---|");
        catches.forEach(each -> lines.add(row(each)));
        return lines;
    }

    private static String row(Catch caught) {
        Mistake mistake = caught.mistake();
        String type = mistake.type().substring(mistake.type().lastIndexOf('.') + 1);
        String worlds = switch (mistake.nodes()) {
            case Seeds.JOURNAL -> "journal alone";
            case 1 -> "one node";
            default -> mistake.nodes() + " nodes";
        };
        String found = caught.found()
                .map(finding -> String.format(
                        Locale.ROOT, "%d | `%s` | %s", finding.seed(), finding.invariant(), inCell(finding)))
                .orElse("none of " + Catch.SEEDS + " | – | **not found**");
        return "| " + mistake + " | `" + type + "` | " + worlds + " | " + found + " |";
    }

    private static String inCell(Finding finding) {
        return finding.said()
                .substring(finding.invariant().length() + ": ".length())
                .replace("|", "\\|");
    }
}
