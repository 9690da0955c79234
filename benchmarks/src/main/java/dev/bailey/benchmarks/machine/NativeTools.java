package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs in C: origin, relay and load generator. Compiled into {@code benchmarks/target/native} when their source is newer. */
public final class NativeTools {

    private final Path sources;
    private final Path binaries;

    public NativeTools(Workspace workspace) {
        this.sources = workspace.benchmarks().resolve("native");
        this.binaries = workspace.benchmarks().resolve("target/native");
    }

    public String path(String tool) {
        Path binary = binaries.resolve(tool);
        try {
            if (!Files.exists(binary) || isOlderThanSources(binary)) {
                Files.createDirectories(binaries);
                compile(sources.resolve(tool + ".c"), binary);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return binary.toString();
    }

    private boolean isOlderThanSources(Path binary) throws IOException {
        long built = Files.getLastModifiedTime(binary).toMillis();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).toMillis() > built) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void compile(Path source, Path binary) {
        String output = Command.output(
                List.of("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", binary.toString(), source.toString()));
        if (!Files.exists(binary)) {
            throw new BenchFailure(source + " does not compile:\n" + output);
        }
    }
}
