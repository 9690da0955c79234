package dev.bailey.gateway.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One health check over a connection of its own: {@code GET} of the health path with the side's own {@code Host}, healthy when the
 * status is 2xx or 3xx; without a path a connection that is taken (and its TLS handshake) is enough. Nothing of the answer after
 * its status line is read. Thread-safe.
 */
public final class HealthProbe implements HealthChecks.Probe {

    private static final int MAX_STATUS_LINE = 1024;

    private final byte @Nullable [] request;
    private final @Nullable SSLSocketFactory tls;
    private final String serverName;
    private final LongSupplier nanoTime;

    /**
     * @param authority value of {@code Host}
     * @param path what is asked for, the side's prefix included; null for a connection alone
     * @param tls null for plain TCP
     * @param serverName name the certificate must have
     */
    public HealthProbe(
            String authority,
            @Nullable String path,
            @Nullable SSLSocketFactory tls,
            String serverName,
            LongSupplier nanoTime) {
        this.request = path == null
                ? null
                : ("GET " + path + " HTTP/1.1\r\nHost: " + authority
                                + "\r\nUser-Agent: bailey-health\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
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
                askOn(socket, until);
            } else {
                try (SSLSocket secured = (SSLSocket)
                        tls.createSocket(socket, serverName, address.socket().getPort(), true)) {
                    secured.setSoTimeout(leftMillis(until));
                    secured.setSSLParameters(named(secured.getSSLParameters()));
                    secured.startHandshake();
                    askOn(secured, until);
                }
            }
        }
    }

    private SSLParameters named(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (serverName.indexOf(':') < 0 && !serverName.chars().allMatch(c -> c == '.' || Character.isDigit(c))) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        return parameters;
    }

    private void askOn(Socket socket, long until) throws IOException {
        if (request == null) {
            return;
        }
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            socket.setSoTimeout(leftMillis(until));
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
