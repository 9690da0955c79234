package dev.bailey.app.demo;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A service's own address, at which {@code /talk} is a WebSocket (RFC 6455) that says what it hears; everything else is passed on
 * to the service byte for byte. A gateway sends one request after the other, each head in one piece, so what a connection brings
 * at once begins with a request or goes on with one. Thread-safe; two virtual threads a connection.
 */
final class EchoBeside implements AutoCloseable {

    static final String PATH = "/talk";

    private static final byte[] ASKED = ("GET " + PATH + " ").getBytes(StandardCharsets.US_ASCII);
    private static final String KEY = "sec-websocket-key:";
    private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BACKLOG = 1_024;
    private static final int BUFFER_BYTES = 16 * 1_024;
    private static final int CONNECT_LIMIT_MS = 2_000;
    private static final int LONG_LENGTH = 126;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;

    private final ServerSocket listener;
    private final int service;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private EchoBeside(ServerSocket listener, int service) {
        this.listener = listener;
        this.service = service;
    }

    /** Starts on a free port of the loopback address. */
    static EchoBeside to(int service) throws IOException {
        EchoBeside echo = new EchoBeside(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), service);
        Thread.ofVirtual().name("echo").start(echo::accept);
        return echo;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("echo-connection").start(() -> carry(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void carry(Socket client) {
        try (client;
                Socket target = new Socket()) {
            open.add(client);
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service), CONNECT_LIMIT_MS);
            Thread back = Thread.ofVirtual().start(() -> back(target, client));
            byte[] buffer = new byte[BUFFER_BYTES];
            InputStream in = client.getInputStream();
            OutputStream out = target.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (read >= ASKED.length && Arrays.equals(buffer, 0, ASKED.length, ASKED, 0, ASKED.length)) {
                    talk(
                            new SequenceInputStream(new ByteArrayInputStream(buffer, 0, read), in),
                            client.getOutputStream());
                    return;
                }
                out.write(buffer, 0, read);
            }
            target.shutdownOutput();
            back.join();
        } catch (IOException gone) {
            // either side closed, which the other sees too
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private static void back(Socket target, Socket client) {
        try {
            target.getInputStream().transferTo(client.getOutputStream());
            client.shutdownOutput();
        } catch (IOException gone) {
            // told by the other direction
        }
    }

    /** From its opening handshake to its closing one. */
    private static void talk(InputStream from, OutputStream out) throws IOException {
        DataInputStream in = new DataInputStream(from);
        out.write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: " + accept(key(in)) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        int kind;
        do {
            int first = in.readUnsignedByte();
            kind = first & 0x0f;
            byte[] payload = payload(in);
            if (kind != PONG) {
                int said = kind == PING ? FINAL | PONG : first;
                out.write(frame(said, payload));
            }
        } while (kind != CLOSE);
    }

    private static String key(DataInputStream in) throws IOException {
        String key = "";
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(KEY)) {
                key = line.substring(KEY.length()).strip();
            }
        }
        return key;
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + ACCEPT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    /** Of a client's frame, which is masked. */
    private static byte[] payload(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() & 0x7f;
        if (length > LONG_LENGTH) {
            throw new IOException("a message of more than 65,535 bytes (expected at most that)");
        }
        byte[] payload = new byte[length == LONG_LENGTH ? in.readUnsignedShort() : length];
        byte[] mask = in.readNBytes(4);
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % mask.length];
        }
        return payload;
    }

    private static byte[] frame(int first, byte[] payload) {
        int head = payload.length < LONG_LENGTH ? 2 : 4;
        byte[] frame = new byte[head + payload.length];
        frame[0] = (byte) first;
        if (head == 2) {
            frame[1] = (byte) payload.length;
        } else {
            frame[1] = LONG_LENGTH;
            frame[2] = (byte) (payload.length >> 8);
            frame[3] = (byte) payload.length;
        }
        System.arraycopy(payload, 0, frame, head, payload.length);
        return frame;
    }

    /** Ends every connection now. */
    void cut() throws IOException {
        for (Socket client : open) {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
