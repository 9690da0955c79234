package dev.bailey.datasync.store.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.HttpStore;
import dev.bailey.model.spec.KeyNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server that has its orders under a tenant and a number. */
class CompositeKeysOverHttpTest {

    private static final KeyKind KIND = KeyKind.of(KeyPart.TEXT, KeyPart.INTEGER);

    private final NavigableMap<EntityKey, String> orders = new ConcurrentSkipListMap<>(KIND.order());
    private final HttpServer server;
    private final HttpEntityStore store;

    CompositeKeysOverHttpTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HttpStore spec = new HttpStore(
                "GET /tenants/{tenant}/orders/{number}",
                "PUT /orders/{key}",
                "DELETE /tenants/{tenant}/orders/{number}",
                "GET /orders?after={cursor}&limit={limit}",
                "",
                Optional.empty(),
                Optional.empty(),
                List.of());
        store = HttpEntityStore.open(
                new SliceName("orders"),
                Side.MODERN,
                new DataSpec(KeyNames.of("tenant", "number"), Optional.empty(), spec, spec),
                spec,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                () -> UUID.randomUUID().toString(),
                EntityKey::value,
                () -> {});
    }

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.start();
        for (String tenant : List.of("a/b", "A", "a~b", "a", "a?{number}")) {
            for (int number = 1; number <= 12; number++) {
                EntityKey key = key(tenant, number);
                orders.put(key, "{\"tenant\": \"" + tenant + "\", \"number\": " + number + "}");
            }
        }
    }

    @AfterEach
    void stop() {
        store.close();
        server.stop(0);
    }

    private static EntityKey key(String tenant, long number) {
        return KeyParts.joined(List.of(tenant, Long.toString(number)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<String> segments = Arrays.stream(
                        exchange.getRequestURI().getRawPath().substring(1).split("/", -1))
                .map(CompositeKeysOverHttpTest::decoded)
                .toList();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (segments.size() == 1) {
            String query = exchange.getRequestURI().getRawQuery();
            String after = decoded(query.replaceAll("after=([^&]*)&.*", "$1"));
            NavigableMap<EntityKey, String> rest =
                    after.isEmpty() ? orders : orders.tailMap(new EntityKey(after), false);
            send(
                    exchange,
                    200,
                    "[" + String.join(",", rest.values().stream().limit(10).toList()) + "]");
            return;
        }
        EntityKey key = segments.size() == 2
                ? new EntityKey(segments.get(1))
                : key(segments.get(1), Long.parseLong(segments.get(3)));
        switch (exchange.getRequestMethod()) {
            case "GET" -> send(exchange, orders.containsKey(key) ? 200 : 404, orders.getOrDefault(key, ""));
            case "PUT" -> {
                orders.put(key, body);
                send(exchange, 204, "");
            }
            default -> send(exchange, orders.remove(key) == null ? 404 : 204, "");
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Test
    void listsReadsWritesAndDeletesByAllParts() throws Exception {
        List<EntityKey> all = List.copyOf(orders.keySet());
        assertThat(store.keyKind()).contains(KIND);
        assertThat(store.scan(KeyRange.ALL, 100)).extracting(Document::key).isEqualTo(all);
        assertThat(store.scan(new KeyRange(Optional.of(all.get(5)), Optional.of(all.get(40))), 100))
                .extracting(Document::key)
                .isEqualTo(all.subList(6, 41));
        assertThat(store.read(all.subList(10, 50)).keySet()).containsExactlyInAnyOrderElementsOf(all.subList(10, 50));

        List<Document> documents = store.scan(KeyRange.ALL, 100);
        orders.clear();
        assertThat(store.write(documents).done()).containsExactlyInAnyOrderElementsOf(all);
        assertThat(List.copyOf(orders.keySet())).isEqualTo(all);
        assertThat(store.delete(all.subList(0, 30)).done()).hasSize(30);
        assertThat(List.copyOf(orders.keySet())).isEqualTo(all.subList(30, 60));
    }
}
