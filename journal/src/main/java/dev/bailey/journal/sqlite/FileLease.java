package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to be the only one with a journal file open, held through a lock on a file beside it. POSIX drops a process's
 * locks on a file whenever it closes <em>any</em> channel to it, so a second lease in this process is refused before a
 * channel is opened.
 */
final class FileLease implements AutoCloseable {

    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private FileLease(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Takes the lease and makes sure that the journal file exists, readable by its owner only. */
    static FileLease take(Path file) {
        Path path = lockFile(file);
        if (!HELD_HERE.add(path)) {
            throw refused(file, "this process");
        }
        try {
            createPrivate(path);
            createPrivate(file);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw refused(file, "another process");
            }
            return new FileLease(path, channel);
        } catch (IOException e) {
            HELD_HERE.remove(path);
            throw new JournalException("cannot create or lock the journal file " + file + ": " + e, e);
        } catch (RuntimeException e) {
            HELD_HERE.remove(path);
            throw e;
        }
    }

    private static Path lockFile(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "a journal file has a folder");
        try {
            return folder.toRealPath().resolve(absolute.getFileName() + ".lock");
        } catch (IOException e) {
            throw new JournalException(
                    "the folder " + folder + " of the journal cannot be used: " + e
                            + ": create it, writable for this process",
                    e);
        }
    }

    private static JournalException refused(Path file, String holder) {
        return new JournalException("the journal file " + file + " is open in " + holder
                + " (expected: nowhere else): stop the other gateway, or give this one its own data folder");
    }

    static void createPrivate(Path path) throws IOException {
        FileAttribute<?>[] ownerOnly =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(path, ownerOnly);
        } catch (FileAlreadyExistsException there) {
            if (ownerOnly.length > 0) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new JournalException("cannot release the lock file " + path, e);
        } finally {
            HELD_HERE.remove(path);
        }
    }
}
