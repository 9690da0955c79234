package dev.bailey.app.wiring;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lives by files in the data folder: each is locked by the operating system for as long as the life's process is there. */
final class LifeLocks implements Lives {

    private static final Logger LOG = LoggerFactory.getLogger(LifeLocks.class);

    private final Path folder;
    private volatile @Nullable NodeLife lasting;
    private volatile @Nullable FileChannel own;

    LifeLocks(Path dataFolder) {
        this.folder = dataFolder;
    }

    private Path file(NodeLife life) {
        return folder.resolve("life-" + life.node() + "-" + life.incarnation());
    }

    @Override
    public void begin(NodeLife life) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(file(life), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            own = channel;
            lasting = life;
            if (channel.tryLock() == null) {
                throw new IllegalStateException(file(life) + " is locked by another process (expected by none): is "
                        + folder + " the data folder of another node?");
            }
        } catch (IOException e) {
            throw new IllegalStateException(file(life) + " cannot be locked: " + e, e);
        }
    }

    @Override
    public boolean hasEnded(NodeLife life) {
        // To open and close the file of one's own life would give its lock back: locks are the process's, not the
        // channel's.
        if (life.equals(lasting) || !Files.exists(file(life))) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file(life), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
        } catch (IOException e) {
            LOG.warn("whether {} has ended cannot be told: {}", file(life), e.toString());
            return false;
        }
    }

    @Override
    public void forget(NodeLife life) {
        try {
            Files.deleteIfExists(file(life));
        } catch (IOException e) {
            LOG.debug("{} stays", file(life), e);
        }
    }

    @Override
    public void close() {
        FileChannel locked = own;
        if (locked != null) {
            try {
                locked.close();
            } catch (IOException e) {
                LOG.debug("a lock of this life was not given back", e);
            }
        }
    }
}
