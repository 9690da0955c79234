package dev.bailey.app.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One connection of HTTP/2 in the clear (RFC 9113, prior knowledge), one request at a time, as small as that can be: it writes
 * fields without compression, and of an answer's fields it knows the status 200 alone. Not thread-safe; blocks.
 */
final class Http2Link implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int SILENCE_MS = 15_000;
    private static final int MAX_FRAME = 1 << 14;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;

    /** {@code :status: 200} and the like as HPACK's static table has them, where the first byte says it all. */
    private static final int STATUS_200 = 0x88;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String authority;
    private int lastStream = -1;
    private int lastTaken = Integer.MAX_VALUE;
    private boolean open = true;

    private Http2Link(Socket socket, String authority) throws IOException {
        this.socket = socket;
        this.authority = authority;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    static Http2Link open(URI gateway) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MS);
            socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), CONNECT_TIMEOUT_MS);
            Http2Link link = new Http2Link(socket, gateway.getAuthority());
            link.out.write(PREFACE);
            link.send(SETTINGS, 0, 0, new byte[0]);
            return link;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** Whether another request may be sent here. */
    boolean isOpen() throws IOException {
        while (open && in.available() > 0) {
            frame(0);
        }
        return open;
    }

    /**
     * Reads a path to its end; false when the other end says that it did not begin with it.
     *
     * @throws IOException when there is no whole answer of 200
     */
    boolean get(String path) throws IOException {
        lastStream += 2;
        send(HEADERS, END_STREAM | END_HEADERS, lastStream, fields(path));
        Progress progress = Progress.NONE;
        while (progress != Progress.ENDED) {
            if (lastStream > lastTaken) {
                return false;
            }
            progress = frame(lastStream);
        }
        return true;
    }

    private enum Progress {
        NONE,
        ENDED
    }

    private Progress frame(int stream) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt() & Integer.MAX_VALUE;
        if (length > MAX_FRAME) {
            throw new IOException("a frame of " + length + " bytes (expected at most " + MAX_FRAME + ")");
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        switch (type) {
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    send(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    send(PING, ACK, 0, payload);
                }
            }
            case GOAWAY -> {
                open = false;
                lastTaken = number(payload) & Integer.MAX_VALUE;
            }
            case RST_STREAM -> throw new IOException("stream " + id + " was reset (" + number(payload) + ")");
            case HEADERS -> {
                if (id == stream && (length == 0 || (payload[0] & 0xff) != STATUS_200)) {
                    throw new IOException("answered something else than 200");
                }
            }
            case DATA -> {
                if (length > 0) {
                    send(WINDOW_UPDATE, 0, 0, bytes(length));
                }
            }
            default -> {} // nothing that matters here
        }
        boolean ends = (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0;
        return ends && id == stream ? Progress.ENDED : Progress.NONE;
    }

    private static int number(byte[] payload) {
        return (payload[0] & 0xff) << 24 | (payload[1] & 0xff) << 16 | (payload[2] & 0xff) << 8 | (payload[3] & 0xff);
    }

    private static byte[] bytes(int number) {
        return new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    }

    private byte[] fields(String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82); // :method GET
        block.write(0x86); // :scheme http
        literal(block, 4, path);
        literal(block, 1, authority);
        return block.toByteArray();
    }

    /** A field whose name is in the static table, its value as it is (RFC 7541, 6.2.2). */
    private static void literal(ByteArrayOutputStream block, int name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > 126) {
            throw new IllegalArgumentException("a value of " + bytes.length + " bytes (expected at most 126)");
        }
        block.write(name);
        block.write(bytes.length);
        block.writeBytes(bytes);
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.writeBytes(bytes(stream));
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
