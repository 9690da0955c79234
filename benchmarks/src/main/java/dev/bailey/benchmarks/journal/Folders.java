package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for one measurement, gone afterwards. */
record Folders(Path folder) implements AutoCloseable {

    static Folders in(Workspace workspace, String name) {
        try {
            return new Folders(Files.createTempDirectory(workspace.folder(), name + "-"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
