package dev.bailey.benchmarks.report;

import dev.bailey.benchmarks.machine.Command;
import dev.bailey.benchmarks.machine.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a report says about the machine and the versions it was made with. */
final class Facts {

    private Facts() {}

    /** Name to value, in the order of the report. */
    static Map<String, String> of(Workspace workspace) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "machine",
                Runtime.getRuntime().availableProcessors() + " cores (" + cpu() + "), " + memory() + ", "
                        + Command.output(List.of("uname", "-sr")));
        facts.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("commit", commit(workspace));
        facts.put("nginx", Command.output(List.of("nginx", "-v")).replace("nginx version: ", ""));
        facts.put("HAProxy", firstLine(Command.output(List.of("haproxy", "-v"))));
        facts.put(
                "Spring Cloud Gateway",
                element(workspace, "spring-cloud.version") + " on Spring Boot " + element(workspace, "version"));
        facts.put("gcc", firstLine(Command.output(List.of("gcc", "--version"))));
        return facts;
    }

    /** The first element of this name in the peer's own build. */
    private static String element(Workspace workspace, String name) {
        try {
            String text = Files.readString(workspace.benchmarks().resolve("peers/scg/pom.xml"));
            int from = text.indexOf("<" + name + ">") + name.length() + 2;
            return text.substring(from, text.indexOf("</" + name + ">"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String commit(Workspace workspace) {
        String home = workspace.home().toString();
        String commit = Command.output(List.of("git", "-C", home, "rev-parse", "--short", "HEAD"));
        boolean changed = !Command.output(List.of("git", "-C", home, "status", "--porcelain", "-uno"))
                .isEmpty();
        return commit + (changed ? " with changes" : "");
    }

    private static String cpu() {
        return value("/proc/cpuinfo", "model name");
    }

    private static String memory() {
        long kib = Long.parseLong(value("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", ""));
        return Math.round(kib / 1048576.0) + " GiB";
    }

    private static String value(String file, String key) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }
}
