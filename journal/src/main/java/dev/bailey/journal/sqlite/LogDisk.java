package dev.bailey.journal.sqlite;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * What the log's files ask of the file system. Thread-safe; a file that is open is used by one thread, while others read the same file
 * through openings of their own. Whatever fails throws, and then the file may have all, a part or nothing of what was asked.
 */
interface LogDisk {

    /** The files of this machine. */
    LogDisk FILES = new FileDisk();

    /** How files are laid out on it. */
    Layout layout();

    /** Memory from which it is written to. */
    ByteBuffer buffer(int bytes);

    /** The files of a folder whose names begin so, in the order of their names. */
    List<Path> files(Path folder, String prefix) throws IOException;

    /** Makes an empty file that only its owner may read, and its place in the folder durable. */
    Writing create(Path path) throws IOException;

    /** Opens a file that is there for writing. */
    Writing write(Path path) throws IOException;

    /**
     * Opens a file for reading, whoever writes it.
     *
     * @throws FileNotFoundException when there is none
     */
    Reading read(Path path) throws IOException;

    /** In bytes. */
    long size(Path path) throws IOException;

    /** Removes a file, if it is there; that is not durable before the file system makes it so. */
    void delete(Path path) throws IOException;

    /** How many bytes more the disk takes. */
    long usableBytes(Path folder) throws IOException;

    /** A file that is open for writing. */
    interface Writing extends Closeable {

        /**
         * Writes some of the bytes that remain in a buffer, at least one. They are read back at once, and durable after the next {@link #force}
         * that does not fail.
         *
         * @return how many
         */
        int write(ByteBuffer from, long at) throws IOException;

        /** Makes the data durable, and the file's length where that has changed. */
        void force() throws IOException;

        /** Cuts off what is behind so many bytes; durable like what is written. */
        void truncate(long bytes) throws IOException;

        long size() throws IOException;
    }

    /** A file that is open for reading. An interrupted thread may read it. */
    interface Reading extends Closeable {

        long size() throws IOException;

        /** So many bytes from a place on, or as many as there are. */
        byte[] read(long at, int most) throws IOException;
    }
}
