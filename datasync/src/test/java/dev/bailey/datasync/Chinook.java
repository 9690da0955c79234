package dev.bailey.datasync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The database of a real shop that sells music, beside the project. */
public final class Chinook {

    private static final String PLACE = "shared/data/chinook/chinook.sqlite";

    private Chinook() {}

    /** The URL of a copy that may be written to; skips the test where the file is not at hand, and says so. */
    public static String copy(Path folder) throws IOException, SQLException {
        Optional<Path> original = find();
        if (original.isEmpty()) {
            System.err.println("SKIPPED: no " + PLACE + " in a folder above this module (or -Dbailey.chinook=FILE): the"
                    + " crossing of a real shop's database is not tested");
        }
        Assumptions.assumeTrue(original.isPresent(), "no " + PLACE + " beside the project");
        Path copy = folder.resolve("chinook.db");
        Files.copy(original.orElseThrow(), copy, StandardCopyOption.REPLACE_EXISTING);
        if (!copy.toFile().setWritable(true)) {
            throw new IOException(copy + " cannot be made writable");
        }
        String url = "jdbc:sqlite:" + copy;
        Engine.run(url, "pragma journal_mode = wal");
        return url;
    }

    private static Optional<Path> find() {
        String named = System.getProperty("bailey.chinook");
        if (named != null) {
            return Optional.of(Path.of(named)).filter(Files::exists);
        }
        for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
            if (Files.exists(above.resolve(PLACE))) {
                return Optional.of(above.resolve(PLACE));
            }
        }
        return Optional.empty();
    }
}
