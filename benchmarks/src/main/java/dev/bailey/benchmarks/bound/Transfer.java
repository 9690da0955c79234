package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** One large body through a proxy, with a plain socket. */
final class Transfer {

    private static final int CHUNK = 64 * 1024;
    private static final int TIMEOUT_MS = 60_000;
    private static final int MAX_HEAD = 16 * 1024;

    private Transfer() {}

    /** Reads a body of so many bytes, at most so many of them a second (0: as fast as they come). */
    static void down(int port, long bytes, long bytesPerSecond) {
        try (Socket socket = open(port)) {
            request(socket, "GET /api/service-00/resource-00/bytes-" + bytes, "");
            InputStream in = socket.getInputStream();
            mustBeOk(head(in));
            byte[] chunk = new byte[CHUNK];
            long start = System.nanoTime();
            long got = 0;
            while (got < bytes) {
                int read = in.read(chunk);
                if (read < 0) {
                    throw new BenchFailure("the answer ended after " + got + " bytes (expected " + bytes + ")");
                }
                got += read;
                if (bytesPerSecond > 0) {
                    LockSupport.parkNanos(start + got * 1_000_000_000L / bytesPerSecond - System.nanoTime());
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a body of so many bytes, to an origin that reads it slowly or not. */
    static void up(int port, long bytes, boolean slowOrigin) {
        try (Socket socket = open(port)) {
            String key = slowOrigin ? "slowly-1" : "k-1";
            request(socket, "PUT /api/service-00/resource-00/" + key, "Content-Length: " + bytes + "\r\n");
            OutputStream out = socket.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (long left = bytes; left > 0; left -= Math.min(left, CHUNK)) {
                out.write(chunk, 0, (int) Math.min(left, CHUNK));
            }
            mustBeOk(head(socket.getInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Socket open(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static void request(Socket socket, String methodAndPath, String headers) throws IOException {
        String head = methodAndPath + " HTTP/1.1\r\nHost: shop.example\r\n" + headers + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < MAX_HEAD) {
            int read = in.read();
            if (read < 0) {
                throw new BenchFailure("the connection ended in the answer's head: " + head);
            }
            head.append((char) read);
        }
        return head.toString();
    }

    private static void mustBeOk(String head) {
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new BenchFailure("answered " + head.lines().findFirst().orElse("nothing") + " (expected 200)");
        }
    }
}
