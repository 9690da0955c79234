package dev.bailey.gateway.dualwrite;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A real service that keeps items. {@code PUT /items/{id}} sets an item's text, {@code POST /items/{id}/add} appends to it
 * (done twice, it shows), {@code POST /items} creates one under the id of the body's {@code id=…} or a minted one,
 * {@code DELETE} removes. A key is applied once and answered the same again; while its first request is at work, 409.
 */
final class ItemService implements AutoCloseable {

    enum Fault {
        NONE,
        FAIL_BEFORE,
        FAIL_AFTER,
        CUT_BEFORE,
        CUT_AFTER,
        /** Applied at once, answered too late. */
        SLOW_AFTER,
        /** Applied only after the caller has given up. */
        LANDS_LATE,
        /** Answered by somebody before it that gave up, and applied after that. */
        GIVEN_UP_BEFORE_IT_LANDS,
        /** Refused with 422. */
        REFUSE
    }

    record Seen(String method, String path, String key, String body) {}

    record Answer(int status, String body) {}

    private final String prefix;
    private final long slowMs;
    private final Map<String, String> items = new TreeMap<>();
    private final Map<String, Answer> answered = new HashMap<>();
    private final Set<String> atWork = new HashSet<>();
    private final Map<String, Integer> applications = new HashMap<>();
    private final List<Seen> seen = new ArrayList<>();
    private Function<Seen, Fault> faults = _ -> Fault.NONE;
    private int minted;
    private int port;
    private @Nullable HttpServer server;
    private @Nullable ExecutorService threads;

    ItemService(String prefix, long slowMs) {
        this.prefix = prefix;
        this.slowMs = slowMs;
        up();
    }

    synchronized void up() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
            port = started.getAddress().getPort();
            threads = Executors.newVirtualThreadPerTaskExecutor();
            started.setExecutor(threads);
            started.createContext("/", this::serve);
            started.start();
            server = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void down() {
        if (server != null && threads != null) {
            server.stop(0);
            threads.shutdown();
            server = null;
        }
    }

    synchronized boolean isUp() {
        return server != null;
    }

    synchronized URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    synchronized void faults(Function<Seen, Fault> next) {
        faults = next;
    }

    synchronized Map<String, String> items() {
        return new TreeMap<>(items);
    }

    synchronized @Nullable String item(String id) {
        return items.get(id);
    }

    synchronized void put(String id, @Nullable String text) {
        if (text == null) {
            items.remove(id);
        } else {
            items.put(id, text);
        }
    }

    synchronized int applications(String key) {
        return applications.getOrDefault(key, 0);
    }

    synchronized Map<String, Integer> applications() {
        return Map.copyOf(applications);
    }

    synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    private void serve(HttpExchange exchange) {
        try (exchange) {
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            Seen request = new Seen(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    key == null ? "none-" + ThreadLocalRandom.current().nextLong() : key,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Fault fault;
            Answer answer = null;
            synchronized (this) {
                seen.add(request);
                fault = faults.apply(request);
                answer = answered.get(request.key);
                if (answer == null && atWork.contains(request.key)) {
                    answer = new Answer(409, "");
                }
                if (answer == null && fault == Fault.REFUSE) {
                    answer = new Answer(422, "");
                }
                if (answer == null && fault == Fault.FAIL_BEFORE) {
                    answer = new Answer(500, "");
                }
                if (answer == null && fault == Fault.CUT_BEFORE) {
                    return;
                }
                if (answer == null && fault == Fault.LANDS_LATE) {
                    atWork.add(request.key);
                }
                if (answer == null && fault == Fault.GIVEN_UP_BEFORE_IT_LANDS) {
                    answer = new Answer(504, "");
                    Thread.ofVirtual().start(() -> {
                        LockSupport.parkNanos(slowMs * 1_000_000);
                        apply(request);
                    });
                }
            }
            if (answer == null && fault == Fault.LANDS_LATE) {
                LockSupport.parkNanos(slowMs * 1_000_000);
            }
            if (answer == null) {
                answer = apply(request);
                if (fault == Fault.SLOW_AFTER) {
                    LockSupport.parkNanos(slowMs * 1_000_000);
                }
                if (fault == Fault.CUT_AFTER) {
                    return;
                }
                if (fault == Fault.FAIL_AFTER) {
                    answer = new Answer(500, "");
                }
            }
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        } catch (IOException gone) {
            // the caller did not wait: what was applied stays applied
        }
    }

    private synchronized Answer apply(Seen request) {
        Answer before = answered.get(request.key);
        if (before != null) {
            return before;
        }
        Answer answer = write(request);
        atWork.remove(request.key);
        answered.put(request.key, answer);
        if (answer.status / 100 == 2) {
            applications.merge(request.key, 1, Integer::sum);
        }
        return answer;
    }

    private Answer write(Seen request) {
        String[] path = request.path.substring(1).split("/");
        if (request.method.equals("POST") && path.length == 1) {
            String id = request.body.startsWith("{\"id\":\"")
                    ? request.body.substring(7, request.body.indexOf('"', 7))
                    : prefix + ++minted;
            items.put(id, request.body.replaceFirst("^.*?\"text\":\"([^\"]*)\".*$", "$1"));
            return new Answer(201, "{\"id\":\"" + id + "\"}");
        }
        String id = path[1];
        return switch (request.method) {
            case "PUT" -> {
                items.put(id, request.body);
                yield new Answer(200, "");
            }
            case "DELETE" -> new Answer(items.remove(id) == null ? 404 : 204, "");
            case "POST" -> {
                if (!items.containsKey(id)) {
                    yield new Answer(404, "");
                }
                items.merge(id, "+" + request.body, String::concat);
                yield new Answer(200, "");
            }
            default -> new Answer(405, "");
        };
    }

    @Override
    public void close() {
        down();
    }
}
