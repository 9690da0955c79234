package dev.bailey.app.wiring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The key that signs pins: made once, kept in the data folder, readable by its owner only, so that pins outlive a restart. */
final class PinKey {

    private static final int BYTES = 32;

    private PinKey() {}

    static byte[] of(Path dataFolder, SecureRandom random) {
        Path file = dataFolder.resolve("pins.key");
        try {
            if (Files.exists(file)) {
                byte[] key = Files.readAllBytes(file);
                if (key.length == BYTES) {
                    return key;
                }
            }
            byte[] key = new byte[BYTES];
            random.nextBytes(key);
            Files.deleteIfExists(file);
            Files.createFile(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            Files.write(file, key, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.SYNC);
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("the key of pins in " + file + " cannot be used: " + e.getMessage(), e);
        }
    }
}
