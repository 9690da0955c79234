package dev.bailey.journal.sqlite;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/** SQLite's native library, which its driver otherwise unpacks anew at each start. */
public final class SqliteLibrary {

    private SqliteLibrary() {}

    /** Loads it, for whoever has time to spare before the first connection does; does nothing when it is loaded. */
    public static void load() throws Exception {
        SQLiteJDBCLoader.initialize();
    }

    /**
     * Copies the library of this platform into a folder, for {@code -Dorg.sqlite.lib.path} to name.
     *
     * @throws IOException when the driver has none for this platform, or the folder cannot be written
     */
    public static void unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new FileNotFoundException(
                        "SQLite's driver holds no " + resource + " (expected one for this platform)");
            }
            Files.copy(library, folder.resolve(name));
        }
    }
}
