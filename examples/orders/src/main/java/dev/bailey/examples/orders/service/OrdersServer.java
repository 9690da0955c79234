package dev.bailey.examples.orders.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bailey.examples.orders.service.OrdersApi.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service on the JDK's HTTP server, one virtual thread a request. {@code /defects} reads and changes its faults at run
 * time and is the one path no fault touches. Thread-safe.
 */
public final class OrdersServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OrdersServer.class);
    private static final int BACKLOG = 1_024;
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final Duration KEYS_LAST = Duration.ofDays(7);

    private final HttpServer server;
    private final ExecutorService workers;
    private final OrdersApi api;
    private final Database database;
    private volatile Defects defects = Defects.NONE;

    private OrdersServer(HttpServer server, ExecutorService workers, OrdersApi api, Database database) {
        this.server = server;
        this.workers = workers;
        this.api = api;
        this.database = database;
    }

    /** Starts on the loopback address; port 0 takes any free one. The server closes the database. */
    public static OrdersServer start(
            int port, OrderContract contract, OrderTables tables, Database database, InstantSource clock)
            throws IOException, SQLException {
        // Read once by the JDK's server when its first instance is made.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "4096");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
        long forgetBefore = clock.instant().minus(KEYS_LAST).toEpochMilli();
        database.write(connection -> WriteLog.forgetBefore(connection, forgetBefore));
        HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", port), BACKLOG);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        OrdersServer server =
                new OrdersServer(http, workers, new OrdersApi(contract, tables, database, clock), database);
        http.setExecutor(workers);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public void defects(Defects wanted) {
        defects = wanted;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/defects")) {
                send(exchange, changeDefects(exchange.getRequestMethod(), body));
                return;
            }
            if (path.equals("/ticks")) {
                ticks(exchange);
                return;
            }
            Defects now = defects;
            if (now.outage()) {
                return; // closing an exchange that has no answer drops its connection
            }
            if (now.latencyMs() > 0) {
                Thread.sleep(now.latencyMs());
            }
            if (hits(now.errorPercent())) {
                send(exchange, Answer.problem(500, "broken on purpose"));
                return;
            }
            Answer answer = answer(exchange, path, body, now);
            if (!hits(now.cutPercent())) {
                send(exchange, answer);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** An event every tenth of a second, until the client leaves or the service ends. */
    private static void ticks(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (long tick = 1; ; tick++) {
                out.write(("data: " + tick + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                Thread.sleep(TICK);
            }
        } catch (IOException left) {
            LOG.debug("a client of ticks has left", left);
        }
    }

    private Answer answer(HttpExchange exchange, String path, byte[] body, Defects now) {
        if (path.equals("/health")) {
            return Answer.json(200, JsonMapper.shared().createObjectNode().put("status", "up"));
        }
        if (body.length > MAX_BODY_BYTES) {
            return Answer.problem(413, "body is too large (expected at most " + MAX_BODY_BYTES + " bytes)");
        }
        try {
            return api.answer(
                    new Request(
                            exchange.getRequestMethod(),
                            path,
                            parameters(exchange.getRequestURI().getRawQuery()),
                            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                            body),
                    now);
        } catch (SQLException | RuntimeException failed) {
            LOG.warn("{} {} failed", exchange.getRequestMethod(), path, failed);
            return Answer.problem(500, "the database failed");
        }
    }

    private Answer changeDefects(String method, byte[] body) {
        if (method.equals("GET")) {
            return Answer.json(200, defects.json());
        }
        try {
            defects = defects.changed(JsonMapper.shared().readTree(body));
            LOG.info("defects are now {}", defects);
            return Answer.json(200, defects.json());
        } catch (JacksonException | IllegalArgumentException wrong) {
            return Answer.problem(400, "defects not understood: " + wrong.getMessage());
        }
    }

    private static boolean hits(int percent) {
        return percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent;
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        if (answer.body().length == 0) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    private static Map<String, String> parameters(@org.jspecify.annotations.Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query == null) {
            return parameters;
        }
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    /** Stops at once and closes the database. */
    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
        database.close();
    }
}
