package dev.bailey.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP service that keeps documents by path, with faults as scripted. {@code PUT} stores, {@code DELETE} removes,
 * {@code POST} stores under a minted number, {@code GET} reads. The same {@code Idempotency-Key} is applied once, and
 * answered the same again; a request is applied whether or not its answer arrives. Thread-safe.
 */
public final class FaultyUpstream implements AutoCloseable {

    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final int BODY_LIMIT = 16 * 1024 * 1024;

    private final int port;
    private final Map<String, String> documents = new TreeMap<>();
    private final Map<String, Answer> answered = new HashMap<>();
    private final Map<String, Integer> applications = new HashMap<>();
    private final List<Seen> seen = new ArrayList<>();
    private final ArrayDeque<Fault> script = new ArrayDeque<>();
    private Function<Seen, Fault> always = request -> new Fault.None();
    private boolean honoursKeys = true;
    private long minted;
    private @Nullable HttpServer server;
    private @Nullable ExecutorService threads;

    /** One request as it arrived. */
    public record Seen(String method, String target, Map<String, List<String>> headers, String body) {

        public @Nullable String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }
    }

    private record Answer(int status, @Nullable String location, String body) {}

    private FaultyUpstream(int port) {
        this.port = port;
    }

    /** Starts on a free port of the loopback address. */
    public static FaultyUpstream start() {
        HttpServer server = listen(0);
        FaultyUpstream upstream = new FaultyUpstream(server.getAddress().getPort());
        upstream.serve(server);
        return upstream;
    }

    private static HttpServer listen(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port, e);
        }
    }

    private synchronized void serve(HttpServer listening) {
        ExecutorService serving = Executors.newVirtualThreadPerTaskExecutor();
        listening.createContext("/", this::handle);
        listening.setExecutor(serving);
        listening.start();
        server = listening;
        threads = serving;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** The next requests meet these faults, one each; then those of {@link #always} again. */
    public synchronized FaultyUpstream then(Fault... faults) {
        script.addAll(List.of(faults));
        return this;
    }

    /** Chooses the fault of each request that the script does not. */
    public synchronized FaultyUpstream always(Function<Seen, Fault> choice) {
        always = choice;
        return this;
    }

    /** Whether the same idempotency key is applied once (as it is at first) or each time. */
    public synchronized FaultyUpstream honoursKeys(boolean honours) {
        honoursKeys = honours;
        return this;
    }

    /** Refuses connections until {@link #comeBack}; what it keeps stays. */
    public void goAway() {
        HttpServer running;
        ExecutorService serving;
        synchronized (this) {
            running = server;
            serving = threads;
            server = null;
            threads = null;
        }
        if (running != null) {
            running.stop(0);
        }
        if (serving != null) {
            serving.shutdownNow();
            serving.close();
        }
    }

    /** Listens again on the same port. */
    public void comeBack() {
        serve(listen(port));
    }

    /** The documents by path. */
    public synchronized Map<String, String> documents() {
        return new TreeMap<>(documents);
    }

    /** Puts a document behind the back of everybody. */
    public synchronized void put(String path, String document) {
        documents.put(path, document);
    }

    /** How often a write with this idempotency key was applied. */
    public synchronized int applications(String key) {
        return applications.getOrDefault(key, 0);
    }

    /** How often each key was applied. */
    public synchronized Map<String, Integer> applications() {
        return Map.copyOf(applications);
    }

    /** Every request that arrived, in order. */
    public synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT);
        Seen request = new Seen(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(body, StandardCharsets.UTF_8));
        switch (faultFor(request)) {
            case Fault.None none -> send(exchange, apply(request));
            case Fault.Delay(var by) -> {
                LockSupport.parkNanos(by.toNanos());
                send(exchange, apply(request));
            }
            case Fault.FailBefore(var status) -> send(exchange, new Answer(status, null, "scripted"));
            case Fault.FailAfter(var status) -> {
                apply(request);
                send(exchange, new Answer(status, null, "scripted"));
            }
            case Fault.CutBefore cut -> cut(exchange);
            case Fault.CutAfter cut -> {
                apply(request);
                cut(exchange);
            }
        }
    }

    private synchronized Fault faultFor(Seen request) {
        seen.add(request);
        Fault scripted = script.poll();
        return scripted != null ? scripted : always.apply(request);
    }

    private synchronized Answer apply(Seen request) {
        String path = URI.create(request.target()).getPath();
        if (request.method().equals("GET") || request.method().equals("HEAD")) {
            String document = documents.get(path);
            return document == null ? new Answer(404, null, "") : new Answer(200, null, document);
        }
        String key = request.header(IDEMPOTENCY_KEY);
        Answer before = key == null || !honoursKeys ? null : answered.get(key);
        if (before != null) {
            return before;
        }
        Answer answer = write(request, path);
        if (key != null) {
            applications.merge(key, 1, Integer::sum);
            answered.put(key, answer);
        }
        return answer;
    }

    private Answer write(Seen request, String path) {
        return switch (request.method()) {
            case "PUT", "PATCH" -> {
                boolean there = documents.put(path, request.body()) != null;
                yield new Answer(there ? 200 : 201, null, request.body());
            }
            case "DELETE" -> new Answer(documents.remove(path) == null ? 404 : 204, null, "");
            case "POST" -> {
                minted++;
                String location = path + "/" + minted;
                documents.put(location, request.body());
                yield new Answer(201, location, "{\"id\":\"" + minted + "\"}");
            }
            default -> new Answer(405, null, "");
        };
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        if (answer.location() != null) {
            exchange.getResponseHeaders().set("Location", answer.location());
        }
        boolean bodiless = answer.status() == 204
                || body.length == 0
                || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** An exception makes the JDK's server close the connection without an answer. */
    private static void cut(HttpExchange exchange) throws IOException {
        throw new IOException("cut as scripted: " + exchange.getRequestURI());
    }

    @Override
    public void close() {
        goAway();
    }
}
