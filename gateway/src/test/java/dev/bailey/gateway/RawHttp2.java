package dev.bailey.gateway;

import dev.bailey.model.spec.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client of HTTP/2 made of a bare socket: it sends the frames it is told to, right or wrong. Field values under 127 bytes. */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    /** A frame as it came. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        /** The error of RST_STREAM, or of GOAWAY; -1 of other frames. */
        int error() {
            int at = type == GOAWAY ? 4 : type == RST_STREAM ? 0 : -1;
            return at < 0
                    ? -1
                    : (payload[at] & 0xff) << 24
                            | (payload[at + 1] & 0xff) << 16
                            | (payload[at + 2] & 0xff) << 8
                            | payload[at + 3] & 0xff;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    RawHttp2(HostPort address) throws IOException {
        this(address, 0);
    }

    /** @param receiveBuffer bytes that the kernel keeps for it, about; zero leaves it to the kernel */
    RawHttp2(HostPort address, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer); // before it connects
        }
        socket.connect(new InetSocketAddress(address.host(), address.port()));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    static byte[] framed(int type, int flags, int stream, byte[] payload) {
        byte[] bytes = new byte[9 + payload.length];
        bytes[0] = (byte) (payload.length >> 16);
        bytes[1] = (byte) (payload.length >> 8);
        bytes[2] = (byte) payload.length;
        bytes[3] = (byte) type;
        bytes[4] = (byte) flags;
        bytes[5] = (byte) (stream >> 24);
        bytes[6] = (byte) (stream >> 16);
        bytes[7] = (byte) (stream >> 8);
        bytes[8] = (byte) stream;
        System.arraycopy(payload, 0, bytes, 9, payload.length);
        return bytes;
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(framed(type, flags, stream, payload));
        out.flush();
        return this;
    }

    /** Names and values in turn, as literals without an index (RFC 7541, 6.2.2). */
    static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            text(namesAndValues[i], block);
            text(namesAndValues[i + 1], block);
        }
        return block.toByteArray();
    }

    private static void text(String text, ByteArrayOutputStream block) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write(rest & 127 | 128);
                rest >>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    static byte[] get(String path) {
        return fields(":method", "GET", ":scheme", "http", ":authority", "shop.example", ":path", path);
    }

    RawHttp2 headers(int stream, boolean ends, String... namesAndValues) throws IOException {
        return frame(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), stream, fields(namesAndValues));
    }

    /** The next frame; null when the connection has ended. */
    @org.jspecify.annotations.Nullable
    Frame next() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & Integer.MAX_VALUE;
            byte[] payload = new byte[length];
            in.readFully(payload);
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0, new byte[0]);
            }
            return new Frame(type, flags, stream, payload);
        } catch (EOFException | SocketException ended) {
            return null;
        }
    }

    /** The next frame of this type; null when the connection ended before one came. */
    @org.jspecify.annotations.Nullable
    Frame await(int type) throws IOException {
        Frame frame = next();
        while (frame != null && frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** True when the other side ends the connection, whatever it sends before. */
    boolean isEnded() throws IOException {
        while (next() != null) {
            // passed over
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
