package dev.bailey.journal.group;

import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.rid;

import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Appended;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another process that writes to a journal from eight threads for ever, and says what it was told is durable: lines of
 * {@code I id}, {@code A id} and {@code D id}. To be killed.
 */
public final class Child implements AutoCloseable {

    private static final int THREADS = 8;

    private final Process process;
    private final BufferedReader output;

    private Child(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts the main of a class that opens its journal and {@link #write writes} to it. */
    public static Child start(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new Child(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes records for ever. */
    public static void write(Journal journal, String round) {
        PrintStream out = System.out;
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            Thread.ofPlatform().start(() -> {
                for (int i = 0; true; i++) {
                    String id = round + "-" + number + "-" + i;
                    if (answer(journal.append(Given.write(id, "e" + number))) instanceof Appended.Durable) {
                        out.println("I " + id);
                    }
                    done(journal.outcome(rid(id), applied()));
                    out.println("A " + id);
                    if (i % 2 == 0) {
                        done(journal.delivered(List.of(rid(id)), "replay"));
                        out.println("D " + id);
                    }
                }
            });
        }
    }

    /** Reads some lines, kills the process where it stands, and reads what it had still said: whole lines only. */
    public List<String> linesUntilKilledAfter(int lines) {
        List<String> said = new ArrayList<>();
        try {
            while (said.size() < lines) {
                String line = output.readLine();
                if (line == null) {
                    throw new AssertionError("the child ended by itself: " + said);
                }
                if (isSaid(line)) {
                    said.add(line);
                }
            }
            process.toHandle().destroyForcibly();
            StringBuilder rest = new StringBuilder();
            for (int c = output.read(); c >= 0; c = output.read()) {
                rest.append((char) c);
            }
            int end = rest.lastIndexOf("\n");
            if (end >= 0) {
                said.addAll(rest.substring(0, end).lines().filter(Child::isSaid).toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said;
    }

    /** Beside these there is what is logged. */
    private static boolean isSaid(String line) {
        return line.length() > 2 && line.charAt(1) == ' ';
    }

    public List<String> lines() {
        return output.lines().filter(line -> !line.startsWith("\tat ")).toList();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the child " + process.pid() + " does not end");
        }
    }
}
