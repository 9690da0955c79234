package dev.bailey.app.takeover;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where a process can be asked for its place: a socket in the data folder, which only the folder's owner can enter. Whoever has the
 * data folder's lease has the door.
 */
final class Door implements AutoCloseable {

    private static final String FILE = "take-over.sock";

    /** Of a socket's path, as Linux and others have it, less one for its end. */
    private static final int MAX_PATH_BYTES = 103;

    private final Path path;
    private final ServerSocketChannel listening;

    private Door(Path path, ServerSocketChannel listening) {
        this.path = path;
        this.listening = listening;
    }

    /** Opens it; what a process that was killed left behind is replaced. */
    static Door open(Path data) throws IOException {
        Path path = in(data);
        Files.deleteIfExists(path);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return new Door(path, listening);
        } catch (IOException | RuntimeException failed) {
            listening.close();
            throw failed;
        }
    }

    /** Knocks at the door of whoever has the data folder; empty when nobody has it. */
    static Optional<Line> knock(Path data) throws IOException {
        Path path = in(data);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return Optional.of(new Line(channel));
        } catch (ConnectException nobody) {
            channel.close();
            return Optional.empty();
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Whether anybody has the data folder. */
    static boolean isAttended(Path data) throws IOException {
        Optional<Line> line = knock(data);
        if (line.isPresent()) {
            line.get().close();
        }
        return line.isPresent();
    }

    private static Path in(Path data) throws IOException {
        Path path = data.toAbsolutePath().resolve(FILE);
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new IOException("the socket " + path + " has a path of " + bytes + " bytes (expected at most "
                    + MAX_PATH_BYTES + "): give --data a shorter path");
        }
        return path;
    }

    /** The next who knocks. */
    Line next() throws IOException {
        return new Line(listening.accept());
    }

    @Override
    public void close() throws IOException {
        listening.close();
        Files.deleteIfExists(path);
    }
}
