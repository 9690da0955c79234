package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;

/** A service made of bare sockets: it keeps what it received to the byte, and answers as a script says. */
public final class RawServer implements AutoCloseable {

    /** Answers one request on its connection. */
    @FunctionalInterface
    public interface Script {
        void answer(Request request, Socket socket, OutputStream out) throws IOException;
    }

    /** A request as it came. {@code body} is empty where the script reads it itself. */
    public record Request(String head, byte[] body, int connection, InputStream in) {
        public String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** Every value of a header, joined by a bar; empty when absent. */
        public String header(String name) {
            return String.join(
                    "|",
                    head.lines()
                            .skip(1)
                            .filter(line ->
                                    line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                            .map(line -> line.substring(name.length() + 1).strip())
                            .toList());
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Connections that may wait to be accepted: a client that opens hundreds at once must not wait for its kernel to ask again. */
    private static final int BACKLOG = 1024;

    private static final int MAX_RECORDED = 64 * 1024;

    private final ServerSocket server;
    private final String scheme;
    private final boolean readsBodies;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    /** Lines behind chunked bodies. */
    final List<String> trailers = new CopyOnWriteArrayList<>();

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    public final AtomicLong sent = new AtomicLong();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private RawServer(ServerSocketFactory sockets, boolean readsBodies, Script script) {
        this(sockets, 0, readsBodies, script);
    }

    private RawServer(ServerSocketFactory sockets, int port, boolean readsBodies, Script script) {
        this(sockets, port, readsBodies, false, script);
    }

    private RawServer(ServerSocketFactory sockets, int port, boolean readsBodies, boolean asksClients, Script script) {
        this.readsBodies = readsBodies;
        this.script = script;
        this.scheme = sockets instanceof SSLServerSocketFactory ? "https://localhost:" : "http://127.0.0.1:";
        try {
            this.server = sockets.createServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (asksClients) {
            ((SSLServerSocket) server).setNeedClientAuth(true);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public static RawServer answering(Script script) {
        return new RawServer(ServerSocketFactory.getDefault(), true, script);
    }

    /** Over TLS, as {@code localhost}. */
    public static RawServer secure(SSLContext tls, Script script) {
        return new RawServer(tls.getServerSocketFactory(), true, script);
    }

    /** Over TLS, as {@code localhost}, to clients that show a certificate. */
    static RawServer mutual(SSLContext tls, Script script) {
        return new RawServer(tls.getServerSocketFactory(), 0, true, true, script);
    }

    /** On this port, where another was before. */
    public static RawServer on(int port, Script script) {
        return new RawServer(ServerSocketFactory.getDefault(), port, true, script);
    }

    /** The script reads bodies from {@link Request#in()}. */
    public static RawServer streaming(Script script) {
        return new RawServer(ServerSocketFactory.getDefault(), false, script);
    }

    /** Answers everything with this status and body. */
    public static RawServer saying(int status, String body) {
        return answering((_, _, out) -> out.write(response(status, body)));
    }

    public static byte[] response(int status, String body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    /** Lines ended by CR LF each; the last one gets none. */
    public static byte[] lines(String... lines) {
        return String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    public URI url() {
        return URI.create(scheme + server.getLocalPort());
    }

    public List<Request> requests() {
        return requests;
    }

    public int connections() {
        return connections.get();
    }

    /**
     * Sees that of all that was asked only this came here, which is answered: not a byte of anything else, and no connection for
     * it. Connections are taken in the order in which they were made, so nothing that was asked before is still on its way.
     */
    void receivedOnly(String path) {
        assertThat(connections()).as("connections for %s alone", path).isEqualTo(1);
        synchronized (received) {
            assertThat(received.toString(StandardCharsets.ISO_8859_1))
                    .startsWith("GET " + path + " HTTP/1.1\r\n")
                    .endsWith("\r\n\r\n")
                    .containsOnlyOnce("\r\n\r\n");
        }
    }

    /** Keeps the beginning of what is read, whatever it is. */
    private final class Recorded extends FilterInputStream {

        Recorded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) {
                record(new byte[] {(byte) b}, 0, 1);
            }
            return b;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            record(into, offset, count);
            return count;
        }

        private void record(byte[] from, int offset, int count) {
            synchronized (received) {
                if (count > 0 && received.size() < MAX_RECORDED) {
                    received.write(from, offset, Math.min(count, MAX_RECORDED - received.size()));
                }
            }
        }
    }

    /** Connections that neither side has closed. */
    public int openConnections() {
        return open.get();
    }

    public void dropConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                int number = connections.incrementAndGet();
                open.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            InputStream in = new Recorded(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                Request request = new Request(head, readsBodies ? body(head, in, trailers) : new byte[0], number, in);
                requests.add(request);
                script.answer(request, socket, out);
                out.flush();
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (IOException gone) {
            // the gateway closed it, or the test did
        } finally {
            open.decrementAndGet();
        }
    }

    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0) {
            bytes.write(b);
            int size = bytes.size();
            if (b == '\n'
                    && size >= 4
                    && bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    static byte[] body(String head, InputStream in) throws IOException {
        return body(head, in, new java.util.ArrayList<>());
    }

    private static byte[] body(String head, InputStream in, List<String> trailers) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("transfer-encoding: chunked")) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(line(in), 16);
                body.write(in.readNBytes(size));
                String behind = line(in);
                while (size == 0 && !behind.isEmpty()) {
                    trailers.add(behind);
                    behind = line(in);
                }
                if (size == 0) {
                    return body.toByteArray();
                }
            }
        }
        int at = lower.indexOf("content-length:");
        if (at < 0) {
            return new byte[0];
        }
        int length = Integer.parseInt(
                lower.substring(at + 15, lower.indexOf('\r', at)).strip());
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("a body cut after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) >= 0 && b != '\n') {
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            dropConnections();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
