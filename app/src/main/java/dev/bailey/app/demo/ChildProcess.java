package dev.bailey.app.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the demonstration, started anew after each kill; its output goes to a file. Not thread-safe. */
final class ChildProcess implements AutoCloseable {

    private static final long STOP_SECONDS = 15;

    private final String name;
    private final List<String> command;
    private final Path folder;
    private final Path log;
    private Process process;

    private ChildProcess(String name, List<String> command, Path folder, Path log, Process process) {
        this.name = name;
        this.command = command;
        this.folder = folder;
        this.log = log;
        this.process = process;
    }

    /** Starts a main class of this program's own class path in a JVM of its own. */
    static ChildProcess start(String name, Path folder, int heapMb, String mainClass, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMb + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=4",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(arguments);
        Path log = folder.resolve(name + ".log");
        return new ChildProcess(name, List.copyOf(command), folder, log, launch(command, folder, log));
    }

    private static Process launch(List<String> command, Path folder, Path log) throws IOException {
        File file = log.toFile();
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
                .start();
    }

    /** Ends it at once, as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Starts it again after its end. */
    void restart() throws IOException {
        if (process.isAlive()) {
            throw new IllegalStateException(name + " still runs");
        }
        process = launch(command, folder, log);
    }

    /** Waits for its own end. */
    void awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new DemoFailure(name + " did not end within " + limit.toSeconds() + " s:\n" + lastLines());
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The end of its output, for a failure's message. */
    String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException unreadable) {
            return "(no output)";
        }
    }

    String name() {
        return name;
    }

    /** Asks it to end, and ends it when it does not in time. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
