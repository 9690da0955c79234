package dev.bailey.control.completion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Lines of code that are left in the legacy folders. */
final class LegacyCode {

    private static final int MAX_FILES = 200_000;
    private static final long MAX_FILE_BYTES = 8L << 20;
    private static final Set<String> SOURCES = Set.of(
            "java", "kt", "kts", "scala", "groovy", "py", "js", "jsx", "ts", "tsx", "go", "rb", "cs", "vb", "php", "c",
            "cc", "cpp", "h", "hpp", "rs", "swift", "pl", "sql", "xml", "jsp", "html", "css", "sh", "cob", "cbl");

    private LegacyCode() {}

    /** Lines that are not blank, over all folders that exist; empty when none does. */
    static OptionalLong lines(Path base, List<String> folders) {
        List<Path> existing =
                folders.stream().map(base::resolve).filter(Files::exists).toList();
        return existing.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(existing.stream().mapToLong(LegacyCode::lines).sum());
    }

    private static long lines(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(LegacyCode::isSource)
                    .limit(MAX_FILES)
                    .mapToLong(LegacyCode::linesOf)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the legacy code in " + folder, e);
        }
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return SOURCES.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
    }

    private static long linesOf(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                return 0;
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
