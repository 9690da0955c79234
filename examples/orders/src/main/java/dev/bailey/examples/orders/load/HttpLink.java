package dev.bailey.examples.orders.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's kept-alive HTTP/1.1 connection to one of its targets, made anew where it was lost. Small on purpose: the load shares two cores with
 * what it loads. Not thread-safe; blocks.
 */
final class HttpLink implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final Duration TRUST_IDLE_FOR = Duration.ofSeconds(10);
    private static final int MAX_LINE = 16 * 1_024;
    private static final int MAX_BODY = 16 << 20;

    private final List<URI> targets;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private int current;
    private @Nullable Socket socket;
    private @Nullable InputStream in;
    private long lastUsed;

    /** @param first the number of the target it begins with, of as many as there are */
    HttpLink(List<URI> targets, int first, Duration timeout, LongSupplier nanoTime) {
        this.targets = targets;
        this.current = first % targets.size();
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /** An answer; header names are lower case. */
    record Reply(int status, Map<String, String> headers, byte[] body) {
        @Nullable
        String header(String name) {
            return headers.get(name);
        }
    }

    /** Goes to the next target, if there is another. */
    void elsewhere() {
        if (targets.size() > 1) {
            close();
            current = (current + 1) % targets.size();
        }
    }

    private URI target() {
        return targets.get(current);
    }

    /** Sends one request; a failure of any kind closes the connection. */
    Reply send(String method, String path, @Nullable String idempotencyKey, byte @Nullable [] body) throws IOException {
        try {
            if (nanoTime.getAsLong() - lastUsed > TRUST_IDLE_FOR.toNanos()) {
                close();
            }
            Socket open = connected();
            StringBuilder head = new StringBuilder(256)
                    .append(method)
                    .append(' ')
                    .append(path)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(target().getAuthority());
            if (idempotencyKey != null) {
                head.append("\r\nIdempotency-Key: ").append(idempotencyKey);
            }
            if (body != null) {
                head.append("\r\nContent-Type: application/json\r\nContent-Length: ")
                        .append(body.length);
            }
            byte[] bytes = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(bytes);
            if (body != null) {
                whole.writeBytes(body);
            }
            open.getOutputStream().write(whole.toByteArray());
            Reply reply = read(method);
            lastUsed = nanoTime.getAsLong();
            if ("close".equalsIgnoreCase(reply.header("connection"))) {
                close();
            }
            return reply;
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open != null) {
            return open;
        }
        open = new Socket();
        socket = open;
        open.setTcpNoDelay(true);
        open.setSoTimeout((int) timeout.toMillis());
        open.connect(new InetSocketAddress(target().getHost(), target().getPort()), CONNECT_TIMEOUT_MS);
        in = new BufferedInputStream(open.getInputStream(), 8 * 1_024);
        return open;
    }

    private Reply read(String method) throws IOException {
        int status;
        Map<String, String> headers;
        do {
            String line = line();
            if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
                throw new IOException("answer begins with " + line.length() + " other characters (expected HTTP/1.1)");
            }
            status = Integer.parseInt(line, 9, 12, 10);
            headers = new HashMap<>();
            for (String header = line(); !header.isEmpty(); header = line()) {
                int colon = header.indexOf(':');
                if (colon > 0) {
                    headers.put(
                            header.substring(0, colon).toLowerCase(Locale.ROOT),
                            header.substring(colon + 1).strip());
                }
            }
        } while (status < 200);
        return new Reply(status, headers, body(method, status, headers));
    }

    private byte[] body(String method, int status, Map<String, String> headers) throws IOException {
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return new byte[0];
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = chunk(); size > 0; size = chunk()) {
                body.writeBytes(exactly(size));
                line();
            }
            while (!line().isEmpty()) {
                // trailers are of no interest
            }
            return body.toByteArray();
        }
        String length = headers.get("content-length");
        if (length == null) {
            throw new IOException("answer without length (expected Content-Length or chunks)");
        }
        return exactly(Integer.parseInt(length));
    }

    private int chunk() throws IOException {
        String size = line();
        int end = size.indexOf(';');
        return Integer.parseInt((end < 0 ? size : size.substring(0, end)).strip(), 16);
    }

    private byte[] exactly(int size) throws IOException {
        if (size > MAX_BODY) {
            throw new IOException("answer of " + size + " bytes (expected at most " + MAX_BODY + ")");
        }
        byte[] bytes = input().readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("connection ended after " + bytes.length + " of " + size + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        InputStream from = input();
        for (int next = from.read(); next != '\n'; next = from.read()) {
            if (next < 0) {
                throw new EOFException("connection ended within an answer's head");
            }
            if (line.length() > MAX_LINE) {
                throw new IOException("line longer than " + MAX_LINE + " characters");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private InputStream input() throws IOException {
        InputStream open = in;
        if (open == null) {
            throw new IOException("not connected");
        }
        return open;
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyGone) {
                lastUsed = 0; // nothing more can be done for a connection that is given up
            }
        }
    }
}
