package dev.bailey.app.wiring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bailey.model.spec.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The admin port of a node that follows: its metrics, and for all else where the one is found that leads. */
final class FollowerDoor implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Supplier<String> metrics;
    private final Supplier<String> leader;

    private FollowerDoor(HttpServer server, Supplier<String> metrics, Supplier<String> leader) {
        this.server = server;
        this.metrics = metrics;
        this.leader = leader;
    }

    static FollowerDoor open(HostPort at, Supplier<String> metrics, Supplier<String> leader) {
        try {
            FollowerDoor door = new FollowerDoor(
                    HttpServer.create(new InetSocketAddress(at.host(), at.port()), 64), metrics, leader);
            door.server.setExecutor(door.threads);
            door.server.createContext("/", door::answer);
            door.server.start();
            return door;
        } catch (IOException e) {
            throw new UncheckedIOException("the admin port " + at + " cannot be opened: " + e.getMessage(), e);
        }
    }

    String url() {
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isMetrics = exchange.getRequestURI().getPath().equals("/metrics");
            byte[] body = (isMetrics ? metrics.get() : elsewhere()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", isMetrics ? "text/plain; version=0.0.4; charset=utf-8" : "application/json");
            exchange.sendResponseHeaders(isMetrics ? 200 : 421, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String elsewhere() {
        String who = leader.get().replaceAll("[^\\w .:()\\[\\]-]", "");
        return "{\"error\":\"not-leading\",\"message\":\"this node carries traffic and does not lead (expected: " + who
                + ")\",\"remedy\":\"send it there\",\"gates\":[]}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
