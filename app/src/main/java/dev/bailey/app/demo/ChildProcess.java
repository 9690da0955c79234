package dev.bailey.app.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of the demonstration, started anew after each kill; its output goes to a file. Not thread-safe. */
final class ChildProcess implements AutoCloseable {

    private static final long STOP_SECONDS = 15;
    private static final int GATEWAY_HEAP_MB = 256;

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

    /** Starts a main class of this program's own class path in a small JVM of its own. */
    static ChildProcess start(String name, Path folder, int heapMb, String mainClass, List<String> arguments)
            throws IOException {
        return start(name, folder, small(heapMb), mainClass, arguments);
    }

    /** Starts a gateway with the options that {@code ./bailey run} gives it, where the launcher has told them. */
    static ChildProcess startGateway(String name, Path folder, List<String> arguments) throws IOException {
        String told = System.getProperty("bailey.run.options", "");
        List<String> options =
                told.isEmpty() ? small(GATEWAY_HEAP_MB) : told.lines().toList();
        return start(name, folder, options, "dev.bailey.app.Main", arguments);
    }

    private static List<String> small(int heapMb) {
        return List.of(
                "-Xmx" + heapMb + "m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    private static ChildProcess start(
            String name, Path folder, List<String> options, String mainClass, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
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

    /** Stops it where it stands, with all its connections open, until {@link #goOn}. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on after {@link #pause}. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start();
        String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (kill.waitFor() != 0) {
            throw new DemoFailure(name + " could not be sent " + signal + ": " + said.strip());
        }
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

    /** Of a process that has ended. */
    int exitCode() {
        return process.exitValue();
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

    /** How many lines of its output so far hold a text. */
    long linesWith(String text) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text)).count();
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
