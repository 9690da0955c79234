package dev.bailey.gateway;

import dev.bailey.model.spec.HostPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;

/** A client made of a bare socket, which sends exactly what it is told to. */
public final class RawClient implements AutoCloseable {

    /** An answer; {@code status} 0 when the connection ended instead. */
    public record Answer(int status, String head, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return head.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        /** Every value of a header, joined by a bar; empty when absent. */
        public String headers(String name) {
            return head.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .collect(Collectors.joining(" | "));
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    public RawClient(HostPort address) throws IOException {
        this(address, 0);
    }

    public RawClient(HostPort address, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new java.net.InetSocketAddress(address.host(), address.port()));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends lines joined and ended by CR LF, and an empty line. */
    public RawClient request(String... lines) throws IOException {
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    public RawClient get(String target) throws IOException {
        return request("GET " + target + " HTTP/1.1", "Host: shop.example");
    }

    public RawClient write(String method, String target, String body, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: shop.example\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return send(text + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    public Answer answer() throws IOException {
        return answer(false);
    }

    /** @param toHead whether it answers a HEAD, so that no body follows */
    public Answer answer(boolean toHead) throws IOException {
        String head = RawServer.head(in);
        if (head.isEmpty()) {
            return new Answer(0, "\r\n", new byte[0]);
        }
        int status = Integer.parseInt(head.substring(9, 12));
        boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
        return new Answer(status, head, bodiless ? new byte[0] : RawServer.body(head, in));
    }

    public InputStream in() {
        return in;
    }

    /** True when the other side ended the connection and nothing else came. */
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
