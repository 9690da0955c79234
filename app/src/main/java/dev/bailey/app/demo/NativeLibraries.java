package dev.bailey.app.demo;

import dev.bailey.journal.sqlite.SqliteLibrary;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The libraries' native code, unpacked once instead of at each start. */
final class NativeLibraries {

    /** Netty's place for them; the names say the platform, so those of all platforms can lie side by side. */
    private static final String NETTY = "META-INF/native/";

    private NativeLibraries() {}

    static void unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        SqliteLibrary.unpack(folder);
        System.setProperty("org.sqlite.lib.path", folder.toAbsolutePath().toString());
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (each.endsWith(".jar")) {
                unpack(Path.of(each), folder);
            }
        }
    }

    private static void unpack(Path jar, Path folder) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            List<JarEntry> libraries = open.stream()
                    .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(NETTY))
                    .toList();
            for (JarEntry library : libraries) {
                String name = library.getName().substring(NETTY.length());
                if (name.indexOf('/') < 0) {
                    try (InputStream in = open.getInputStream(library)) {
                        Files.copy(in, folder.resolve(name));
                    }
                }
            }
        }
    }
}
