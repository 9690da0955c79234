package dev.bailey.control.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * The token of whoever may read the data folder: file {@code token}, readable by its owner only, with the approver's role.
 *
 * @param secret never shown, logged or stored anywhere else
 * @param actor {@code local:} and the system user's name
 */
public record LocalToken(String secret, String actor) {

    private static final String FILE = "token";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Keeps the folder's token when there is a good one that nobody else may read, else makes a new one. */
    public static LocalToken write(Path dataDir, String user, SecureRandom random) {
        Path file = dataDir.resolve(FILE);
        String actor = "local:" + user;
        try {
            if (Files.isRegularFile(file) && isOwnersOnly(file)) {
                String kept = Files.readString(file).strip();
                if (Secret.isWellFormed(kept)) {
                    return new LocalToken(kept, actor);
                }
            }
            Files.createDirectories(dataDir);
            String secret = Secret.random(random);
            Path fresh = dataDir.resolve(FILE + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, ownersOnly(dataDir));
            Files.writeString(fresh, secret + "\n", StandardOpenOption.WRITE);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return new LocalToken(secret, actor);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the local token " + file, e);
        }
    }

    private static boolean isOwnersOnly(Path file) throws IOException {
        return !isPosix(file) || Files.getPosixFilePermissions(file).equals(OWNER_ONLY);
    }

    private static FileAttribute<?>[] ownersOnly(Path folder) {
        return isPosix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public String toString() {
        return "LocalToken[" + actor + "]";
    }
}
