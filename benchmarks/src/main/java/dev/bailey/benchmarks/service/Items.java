package dev.bailey.benchmarks.service;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** A service of one side that keeps what is put, {@code {"id": …}} under {@code /SLICE/ID}, and lists it. Thread-safe. */
public final class Items implements AutoCloseable {

    private static final byte[] NONE = "{}".getBytes(StandardCharsets.UTF_8);
    private static final int BACKLOG = 1_024;

    private final Map<String, String> kept = new ConcurrentSkipListMap<>();
    private final LongAdder writes = new LongAdder();

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public Items() {
        try {
            server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new BenchFailure("a service cannot listen: " + failed.getMessage(), failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What was put, by path; a view of it. */
    public Map<String, String> kept() {
        return Collections.unmodifiableMap(kept);
    }

    /** How many writes came. */
    public long writes() {
        return writes.sum();
    }

    /** Forgets what was put, and how often. */
    public void clear() {
        kept.clear();
        writes.reset();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                if (!server.isClosed()) {
                    throw new BenchFailure("a service cannot accept: " + closed.getMessage(), closed);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (Wire wire = new Wire(socket)) {
            for (var next = wire.read(); next.isPresent(); next = wire.read()) {
                answer(wire, next.get());
            }
        } catch (IOException gone) {
            // Its client counts what it was not answered.
        } finally {
            open.remove(socket);
        }
    }

    private void answer(Wire wire, Wire.Message request) throws IOException {
        String[] words = request.start().split(" ");
        switch (words[0]) {
            case "PUT" -> {
                kept.put(words[1], new String(request.body(), StandardCharsets.UTF_8));
                writes.increment();
                wire.write("HTTP/1.1 200 OK\r\n", request.body());
            }
            case "DELETE" ->
                wire.write(kept.remove(words[1]) == null ? "HTTP/1.1 404 Not Found\r\n" : "HTTP/1.1 200 OK\r\n", NONE);
            default -> {
                String found = words[1].contains("?") ? list(words[1]) : kept.get(words[1]);
                wire.write(
                        found == null ? "HTTP/1.1 404 Not Found\r\n" : "HTTP/1.1 200 OK\r\n",
                        found == null ? NONE : found.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** {@code /SLICE?after=ID&limit=N} */
    private String list(String target) {
        String folder = target.substring(0, target.indexOf('?')) + "/";
        String after = folder + target.replaceAll(".*after=([^&]*).*", "$1");
        long limit = Long.parseLong(target.replaceAll(".*limit=([0-9]*).*", "$1"));
        return kept.entrySet().stream()
                .filter(item ->
                        item.getKey().startsWith(folder) && item.getKey().compareTo(after) > 0)
                .limit(limit)
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException failed) {
            throw new BenchFailure("a service does not end: " + failed.getMessage(), failed);
        }
    }
}
