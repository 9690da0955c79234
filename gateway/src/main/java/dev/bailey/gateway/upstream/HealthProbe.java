package dev.bailey.gateway.upstream;

import dev.bailey.model.spec.ReachSpec.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One health check over a connection of its own: {@code GET} of the health path with the side's own {@code Host}, healthy when the
 * status is 2xx or 3xx; without a path a connection that is taken (and its TLS handshake) is enough. It speaks what requests to the
 * side speak: HTTP/2 where that is said or agreed on, else HTTP/1.1. Nothing of the answer after its status is read. Thread-safe.
 */
public final class HealthProbe implements HealthChecks.Probe {

    static final String USER_AGENT = "bailey-health";

    private static final int MAX_STATUS_LINE = 1024;
    private static final String HTTP_2 = "h2";
    private static final String HTTP_1_1 = "http/1.1";

    private final String authority;
    private final @Nullable String path;
    private final HttpVersion version;
    private final @Nullable Supplier<SSLSocketFactory> tls;
    private final String serverName;
    private final LongSupplier nanoTime;

    /**
     * @param authority value of {@code Host}
     * @param path what is asked for, the side's prefix included; null for a connection alone
     * @param version what the side speaks
     * @param tls asked at every check; null for plain TCP
     * @param serverName name the certificate must have
     */
    public HealthProbe(
            String authority,
            @Nullable String path,
            HttpVersion version,
            @Nullable Supplier<SSLSocketFactory> tls,
            String serverName,
            LongSupplier nanoTime) {
        this.authority = authority;
        this.path = path;
        this.version = version;
        this.tls = tls;
        this.serverName = serverName;
        this.nanoTime = nanoTime;
    }

    @Override
    public void ask(Address address, Duration timeout) throws IOException {
        long until = nanoTime.getAsLong() + timeout.toNanos();
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(address.socket(), leftMillis(until));
            if (tls == null) {
                askOn(socket, version == HttpVersion.HTTP_2, "http", until);
            } else {
                try (SSLSocket secured = (SSLSocket) tls.get()
                        .createSocket(socket, serverName, address.socket().getPort(), true)) {
                    secured.setSoTimeout(leftMillis(until));
                    secured.setSSLParameters(named(secured.getSSLParameters()));
                    secured.startHandshake();
                    askOn(secured, isHttp2(secured), "https", until);
                }
            }
        }
    }

    private boolean isHttp2(SSLSocket secured) throws IOException {
        boolean agreed = HTTP_2.equals(secured.getApplicationProtocol());
        if (version == HttpVersion.HTTP_2 && !agreed) {
            throw new IOException("ALPN did not agree on HTTP/2");
        }
        return agreed;
    }

    private SSLParameters named(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (serverName.indexOf(':') < 0 && !serverName.chars().allMatch(c -> c == '.' || Character.isDigit(c))) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        parameters.setApplicationProtocols(
                switch (version) {
                    case AUTO -> new String[] {HTTP_2, HTTP_1_1};
                    case HTTP_1_1 -> new String[] {HTTP_1_1};
                    case HTTP_2 -> new String[] {HTTP_2};
                });
        return parameters;
    }

    private void askOn(Socket socket, boolean http2, String scheme, long until) throws IOException {
        if (path == null) {
            return;
        }
        InputStream in = new Within(socket, until);
        if (http2) {
            int status = new Http2Question(in, socket.getOutputStream()).status(scheme, authority, path);
            if (status >= 400) {
                throw new IOException("answered " + status + " (expected 2xx or 3xx)");
            }
            return;
        }
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: " + USER_AGENT
                                + "\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0 || b == '\r' || b == '\n') {
                break;
            }
            line.write(b);
            if (line.size() > MAX_STATUS_LINE) {
                throw new IOException("a status line above " + MAX_STATUS_LINE + " bytes");
            }
        }
        judge(line.toString(StandardCharsets.US_ASCII));
    }

    /** What comes of a socket until a moment, however slowly. */
    private final class Within extends InputStream {
        private final Socket socket;
        private final InputStream in;
        private final long until;

        Within(Socket socket, long until) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.until = until;
        }

        @Override
        public int read() throws IOException {
            socket.setSoTimeout(leftMillis(until));
            return in.read();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            socket.setSoTimeout(leftMillis(until));
            return in.read(into, from, length);
        }
    }

    private static void judge(String line) throws IOException {
        boolean http = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ';
        if (!http || (line.charAt(9) != '2' && line.charAt(9) != '3')) {
            throw new IOException(
                    line.isEmpty() ? "closed without an answer" : "answered " + line + " (expected 2xx or 3xx)");
        }
    }

    private int leftMillis(long until) throws SocketTimeoutException {
        long left = (until - nanoTime.getAsLong() + 999_999) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }
}
