package dev.bailey.app.nodes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A service of items, {@code {"id": "1", "text": "a"}} under {@code /items/1}, in memory. Thread-safe. */
final class ItemService implements AutoCloseable {

    /** The idempotency key of a write; what a refresh puts has none of this name. */
    static final String KEY = "Write-Key";

    private static final String ITEMS = "/items/";

    final Map<String, String> items = new ConcurrentSkipListMap<>();

    /** How often each body was put. */
    final Map<String, Integer> puts = new ConcurrentHashMap<>();

    /** How often each body was applied of writes with a {@link #KEY}, those whose key is known left out. */
    final Map<String, Integer> applied = new ConcurrentHashMap<>();

    /** Whether it tells what items it has; else that is answered with 503. */
    volatile boolean lists = true;

    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final HttpServer server;

    ItemService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String id = path.startsWith(ITEMS) ? path.substring(ITEMS.length()) : "";
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (exchange.getRequestMethod()) {
                case "PUT" -> {
                    String item = new String(body, StandardCharsets.UTF_8);
                    put(id, item, exchange.getRequestHeaders().getFirst(KEY));
                    answer(exchange, 200, item);
                }
                case "DELETE" -> answer(exchange, items.remove(id) == null ? 404 : 200, "{}");
                case String _ when id.isEmpty() && !lists -> answer(exchange, 503, "{}");
                default -> {
                    String found = id.isEmpty() ? list(exchange) : items.get(id);
                    answer(exchange, found == null ? 404 : 200, found == null ? "{}" : found);
                }
            }
        }
    }

    private void put(String id, String item, @Nullable String key) {
        puts.merge(item, 1, Integer::sum);
        if (key == null || keys.add(key)) {
            items.put(id, item);
            if (key != null) {
                applied.merge(item, 1, Integer::sum);
            }
        }
    }

    /** All items after a cursor. */
    private String list(HttpExchange exchange) {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String after = query.replaceAll(".*after=([^&]*).*", "$1");
        return items.entrySet().stream()
                .filter(item -> query.equals("null") || item.getKey().compareTo(after) > 0)
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
