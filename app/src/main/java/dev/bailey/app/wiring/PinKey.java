package dev.bailey.app.wiring;

import dev.bailey.control.state.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The key that signs pins: made once, so that pins outlive a restart. Kept in the data folder, readable by its owner only, or in
 * the shared store.
 */
final class PinKey {

    private static final int BYTES = 32;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final String SHARED_AS = "pins.key";

    private PinKey() {}

    /** The same for all processes that share a store. */
    static byte[] of(Progress shared, SecureRandom random) {
        return shared.get(SHARED_AS).map(HexFormat.of()::parseHex).orElseGet(() -> {
            byte[] key = new byte[BYTES];
            random.nextBytes(key);
            shared.put(SHARED_AS, HexFormat.of().formatHex(key));
            return key;
        });
    }

    /**
     * The same, for a process that does not decide: waits until it is made.
     *
     * @throws IllegalStateException with a message for the user when that takes longer
     */
    static byte[] madeByAnother(Progress shared, Duration atMost) {
        try {
            return madeByAnother(() -> shared.get(SHARED_AS).map(HexFormat.of()::parseHex), atMost, Looks.every(LOOK));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited for the key of pins", e);
        }
    }

    static byte[] madeByAnother(Supplier<Optional<byte[]>> made, Duration atMost, Looks looks)
            throws InterruptedException {
        return looks.until(atMost, made)
                .orElseThrow(() -> new IllegalStateException("the node that leads has not made the key of pins within "
                        + atMost.toSeconds() + " s: look at its log, then start this one again"));
    }

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
