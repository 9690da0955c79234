package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The log's files as the JDK reads and writes files. */
final class FileDisk implements LogDisk {

    @Override
    public Layout layout() {
        return Layout.DEFAULT;
    }

    @Override
    public ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public List<Path> files(Path folder, String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                folder,
                path -> Objects.requireNonNull(path.getFileName(), "a name")
                        .toString()
                        .startsWith(prefix))) {
            all.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    @Override
    public Writing create(Path path) throws IOException {
        FileLease.createPrivate(path);
        Writing made = write(path);
        Path folder = Objects.requireNonNull(path.getParent(), "a file of the log has a folder");
        try (FileChannel flushed = FileChannel.open(folder, StandardOpenOption.READ)) {
            flushed.force(true);
        } catch (IOException e) {
            made.close();
            throw e;
        }
        return made;
    }

    @Override
    public Writing write(Path path) throws IOException {
        return new Written(FileChannel.open(path, StandardOpenOption.WRITE));
    }

    @Override
    public Reading read(Path path) throws IOException {
        return new Read(new RandomAccessFile(path.toFile(), "r"));
    }

    @Override
    public long size(Path path) throws IOException {
        return Files.size(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    private record Written(FileChannel channel) implements Writing {

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            return channel.write(from, at);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            channel.truncate(bytes);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** No channel: an interrupted reader would close it. */
    private record Read(RandomAccessFile file) implements Reading {

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public byte[] read(long at, int most) throws IOException {
            byte[] bytes = new byte[Math.clamp(file.length() - at, 0, most)];
            file.seek(at);
            file.readFully(bytes);
            return bytes;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
