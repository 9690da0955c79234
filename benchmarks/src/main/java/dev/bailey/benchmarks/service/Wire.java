package dev.bailey.benchmarks.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** As much HTTP/1.1 as clients and services here need: one kept connection, bodies of a known length. For one thread. */
public final class Wire implements AutoCloseable {

    private static final int LONGEST_HEAD = 16_384;
    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private byte[] buffer = new byte[LONGEST_HEAD];
    private int filled;

    /**
     * A request or an answer.
     *
     * @param start its first line
     */
    public record Message(String start, byte[] body) {}

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
    }

    public static Wire to(int port, int readMs) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(readMs);
        return new Wire(socket);
    }

    public void write(String head, byte[] body) throws IOException {
        byte[] start = (head + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        socket.getOutputStream().write(all);
    }

    /** The next message; empty at the end of the connection. */
    public Optional<Message> read() throws IOException {
        int end = endOfHead(0);
        while (end < 0) {
            int before = filled;
            if (!fill()) {
                return Optional.empty();
            }
            end = endOfHead(Math.max(0, before - 3));
        }
        String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
        int whole = end + lengthIn(head);
        while (filled < whole) {
            if (!fill()) {
                throw new IOException("the connection ended inside a body");
            }
        }
        byte[] body = Arrays.copyOfRange(buffer, end, whole);
        System.arraycopy(buffer, whole, buffer, 0, filled - whole);
        filled -= whole;
        return Optional.of(new Message(head.substring(0, head.indexOf('\r')), body));
    }

    private boolean fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * filled);
        }
        int got = socket.getInputStream().read(buffer, filled, buffer.length - filled);
        filled += Math.max(0, got);
        return got > 0;
    }

    /** Where the body begins; below 0 when the head is not complete. */
    private int endOfHead(int from) {
        for (int i = from; i + 3 < filled; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    private static int lengthIn(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf(LENGTH);
        if (at < 0) {
            if (lower.contains("transfer-encoding:")) {
                throw new IOException("a body without a length (expected one with): " + head);
            }
            return 0;
        }
        return Integer.parseInt(
                lower.substring(at + LENGTH.length(), lower.indexOf('\r', at)).strip());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
