package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process the harness started, pinned to a core, with its output in a file. It is ended with the harness, however that ends
 * (except by {@code kill -9}). Thread-safe.
 */
public final class Child implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(20);
    private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("end-children").unstarted(() -> RUNNING.forEach(Child::endAtOnce)));
    }

    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @param core where it may run, as {@code taskset} names it
     * @param folder its working folder; its output goes to {@code name.log} in it
     */
    public static Child start(
            String name, String core, Path folder, Map<String, String> environment, List<String> command) {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(Pinning.to(core, command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Child child = new Child(name, builder.start(), log);
            RUNNING.add(child);
            return child;
        } catch (IOException failed) {
            throw new BenchFailure(name + " cannot be started: " + failed.getMessage(), failed);
        }
    }

    public long pid() {
        return process.pid();
    }

    public CpuTime cpu() {
        return CpuTime.of(process.toHandle());
    }

    /** Resident memory of the process alone, in bytes. */
    public long residentBytes() {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElseThrow()
                    * 1024;
        } catch (IOException gone) {
            throw new BenchFailure(name + " ended; its output is in " + log, gone);
        }
    }

    /** Fails with the end of its output when the process has ended. */
    public void mustBeAlive() {
        if (!process.isAlive()) {
            throw new BenchFailure(name + " ended with " + process.exitValue() + ":\n" + lastLines());
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException unreadable) {
            return "(its output in " + log + " cannot be read)";
        }
    }

    public void signal(String signal) throws InterruptedException {
        signal(signal, List.of(process.pid()));
    }

    /** Stops it and its children, until {@link #goOn}. */
    public void pause() throws InterruptedException {
        signal("STOP", all());
    }

    public void goOn() throws InterruptedException {
        signal("CONT", all());
    }

    private List<Long> all() {
        return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
                .toList();
    }

    private void signal(String signal, List<Long> pids) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            new ProcessBuilder(command).start().waitFor();
        } catch (IOException failed) {
            throw new BenchFailure(name + " cannot be sent " + signal, failed);
        }
    }

    @Override
    public void close() {
        endAtOnce();
    }

    /** Asks it to end, waits, and takes what is left. */
    private void endAtOnce() {
        RUNNING.remove(this);
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }
}
