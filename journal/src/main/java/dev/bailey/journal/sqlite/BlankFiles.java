package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that the log will be written to, laid out on a thread of their own before they are needed: a flush of a file that grows writes its
 * length too, and takes half as long again. They are laid out in small steps as the file before them fills, so that little is flushed at a time
 * beside the writer's flushes. Where none is ready the log goes on in one that grows. Thread-safe.
 */
final class BlankFiles implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(BlankFiles.class);

    /** Files kept blank. */
    private static final int SPARE = 2;

    /** So much of the next file is laid out at once; the rest follows the use of the one before. */
    private static final double LEAD = 0.25;

    private final Path journal;
    private final LogDisk disk;
    private final Layout layout;
    private final ByteBuffer zeroes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Path> spare = new ArrayDeque<>();
    private @Nullable Growing growing;
    private int number;
    private long nextBytes;
    private volatile double used;
    private volatile boolean closed;
    private volatile boolean disturbed;
    private volatile @Nullable Thread thread;

    /** @param number the greatest of a file there is */
    BlankFiles(Path journal, LogDisk disk, int number) {
        this.journal = journal;
        this.disk = disk;
        this.layout = disk.layout();
        this.zeroes = disk.buffer(layout.stepBytes());
        this.nextBytes = layout.firstBytes();
        this.number = number;
    }

    /** A file that is open for writing, with so many bytes laid out. */
    record Blank(Path path, LogDisk.Writing file, long bytes) {}

    private final class Growing {
        private final Path path;
        private final LogDisk.Writing file;
        private final long wanted;
        private long laid;

        private Growing(Path path, LogDisk.Writing file, long wanted) {
            this.path = path;
            this.file = file;
            this.wanted = wanted;
        }

        private void lay(long bytes) throws IOException {
            long end = Math.min(wanted, laid + bytes);
            while (laid < end) {
                zeroes.clear().limit((int) Math.min(layout.stepBytes(), end - laid));
                laid += file.write(zeroes, laid);
            }
            file.force();
        }
    }

    /** A file to go on with. Waits for no more than a step of the layout. */
    Blank take() throws IOException {
        lock.lock();
        try {
            Path known = spare.poll();
            Growing begun = growing;
            disturbed = false;
            used = 0;
            if (known != null) {
                long bytes = disk.size(known);
                return new Blank(known, disk.write(known), bytes);
            }
            if (begun != null) {
                growing = null;
                return new Blank(begun.path, begun.file, begun.laid);
            }
            Growing made = begin();
            try {
                made.lay(layout.firstBytes());
            } catch (IOException e) {
                drop(made);
                throw e;
            }
            return new Blank(made.path, made.file, made.laid);
        } finally {
            lock.unlock();
            wake();
        }
    }

    private Growing begin() throws IOException {
        number++;
        Path path = LogFiles.named(journal, number);
        Growing made = new Growing(path, disk.create(path), nextBytes);
        nextBytes = Math.min(layout.mostBytes(), 2 * nextBytes);
        return made;
    }

    /** Takes a file that is needed no more; one too many is deleted. */
    void offer(Path path) {
        lock.lock();
        try {
            if (spare.size() < SPARE && !closed && disk.size(path) >= layout.firstBytes()) {
                spare.add(path);
            } else {
                disk.delete(path);
            }
        } catch (IOException e) {
            log.warn("{}, which the journal's log needs no more, cannot be removed: {}", path, e.toString());
        } finally {
            lock.unlock();
        }
    }

    /** How much of the newest file is in use, from 0 to 1. */
    void used(double part) {
        boolean isMuchMore = part - used > LEAD / 8;
        if (isMuchMore) {
            used = part;
            wake();
        }
    }

    private void wake() {
        Thread known = thread;
        if (known != null) {
            LockSupport.unpark(known);
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            if (!step() && !closed) { // the wake-up of a close may have ended another wait of this thread
                LockSupport.park(this);
            }
        }
    }

    /** One step of the layout, where one is due. */
    boolean step() {
        lock.lock();
        try {
            if (!spare.isEmpty() || closed || disturbed) {
                return false;
            }
            Growing next = growing;
            if (next == null) {
                next = begin();
                growing = next;
            }
            if (next.laid >= next.wanted * Math.min(1, LEAD + used)) {
                return false;
            }
            next.lay(layout.stepBytes());
            if (next.laid == next.wanted) {
                growing = null;
                next.file.close();
                spare.add(next.path);
            }
            return true;
        } catch (IOException e) {
            disturbed = true;
            dropGrowing();
            log.warn(
                    "no file could be laid out for the journal's log beside {}: {}; it grows as it is written",
                    journal,
                    e.toString());
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void dropGrowing() {
        Growing begun = growing;
        growing = null;
        if (begun != null) {
            drop(begun);
        }
    }

    private void drop(Growing begun) {
        try {
            begun.file.close();
            disk.delete(begun.path);
        } catch (IOException e) {
            log.warn("{} cannot be removed: {}", begun.path, e.toString());
        }
    }

    /** What is not whole yet goes. */
    void close() {
        closed = true;
        wake();
        lock.lock();
        try {
            dropGrowing();
        } finally {
            lock.unlock();
        }
    }
}
