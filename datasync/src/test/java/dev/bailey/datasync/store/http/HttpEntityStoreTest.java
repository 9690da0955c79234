package dev.bailey.datasync.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.HeaderValue;
import dev.bailey.model.spec.DataSpec.HttpStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server that keeps documents of its own shape: {@code {"orderId": 1, "cents": 1010}}. */
class HttpEntityStoreTest {

    private final NavigableMap<Long, String> orders = new ConcurrentSkipListMap<>();
    private final Queue<String> idempotencyKeys = new ConcurrentLinkedQueue<>();
    private volatile int failWith;
    private volatile boolean mayWrite = true;
    private HttpServer server;
    private HttpEntityStore store;

    HttpEntityStoreTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store = open("$merge([{'id': orderId, 'total': cents / 100}])");
    }

    private HttpEntityStore open(String read) {
        HttpStore spec = new HttpStore(
                "GET /api/orders/{key}",
                "PUT /api/orders/{key}",
                "DELETE /api/orders/{key}",
                "GET /api/orders?after={cursor}&limit={limit}",
                "/items",
                Optional.of(read),
                Optional.of("{'orderId': id, 'cents': $round(total * 100)}"),
                List.of(new HeaderValue("Authorization", "Bearer t0ken")));
        return HttpEntityStore.open(
                new SliceName("orders"),
                Side.MODERN,
                new DataSpec("id", Optional.empty(), spec, spec),
                spec,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                () -> UUID.randomUUID().toString(),
                EntityKey::value,
                () -> {
                    if (!mayWrite) {
                        throw new StoreException("no lease that lasts");
                    }
                });
    }

    @BeforeEach
    void start() {
        server.createContext("/api/orders", this::answer);
        server.start();
        for (long id = 1; id <= 25; id++) {
            orders.put(id, "{\"orderId\": " + id + ", \"cents\": " + (id * 10 + 1_000) + "}");
        }
    }

    @AfterEach
    void stop() {
        store.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!"Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 401, "");
        } else if (failWith != 0) {
            send(exchange, failWith, "no");
        } else if (exchange.getRequestURI().getPath().equals("/api/orders")) {
            String query = exchange.getRequestURI().getQuery();
            String after = query.replaceAll(".*after=([^&]*).*", "$1");
            long limit = Long.parseLong(query.replaceAll(".*limit=(\\d+).*", "$1"));
            // Never more than ten at once, whatever is asked.
            List<String> page = orders.tailMap(after.isEmpty() ? 0L : Long.parseLong(after), false).values().stream()
                    .limit(Math.min(limit, 10))
                    .toList();
            send(exchange, 200, "{\"items\": [" + String.join(",", page) + "]}");
        } else {
            one(exchange, body);
        }
    }

    private void one(HttpExchange exchange, byte[] body) throws IOException {
        String path = exchange.getRequestURI().getPath();
        long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        String stored = orders.get(id);
        switch (exchange.getRequestMethod()) {
            case "GET" -> send(exchange, stored == null ? 404 : 200, stored == null ? "" : stored);
            case "PUT" -> {
                idempotencyKeys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
                if (id == 13) {
                    send(exchange, 422, "thirteen");
                } else {
                    orders.put(id, new String(body, StandardCharsets.UTF_8));
                    send(exchange, 204, "");
                }
            }
            case "DELETE" -> {
                idempotencyKeys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
                send(exchange, orders.remove(id) == null ? 404 : 204, "");
            }
            default -> send(exchange, 405, "");
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

    private static EntityKey key(long id) {
        return new EntityKey(Long.toString(id));
    }

    @Test
    void listsInKeyOrderAcrossShortPages() throws Exception {
        assertThat(store.keyKind()).contains(KeyKind.INTEGER);
        assertThat(store.scan(new KeyRange(Optional.of(key(3)), Optional.of(key(20))), 100))
                .hasSize(17)
                .first()
                .satisfies(document -> assertThat(document.body().toString()).isEqualTo("{\"id\":4,\"total\":10.4}"));
        assertThat(store.count(KeyRange.ALL)).isEqualTo(25);
        assertThat(store.last()).contains(key(25));
        assertThat(store.nth(KeyRange.ALL, 12)).contains(key(12));
        assertThat(store.nth(KeyRange.ALL, 26)).isEmpty();
        assertThat(store.digest(RowHash.MD5, KeyRange.ALL).count()).isEqualTo(25);
    }

    @Test
    void readsWritesAndDeletesWithAKeyOfItsOwnForEachWrite() throws Exception {
        List<Document> documents = store.scan(KeyRange.ALL, 3);
        orders.clear();
        assertThat(store.read(List.of(key(1)))).isEmpty();

        assertThat(store.write(documents).done()).hasSize(3);
        assertThat(store.read(List.of(key(1), key(2), key(99))))
                .hasSize(2)
                .allSatisfy((key, document) -> assertThat(documents).anyMatch(before -> before.sameAs(document)));
        assertThat(orders.get(1L)).contains("1010");
        assertThat(store.delete(List.of(key(1), key(77))).done()).containsExactly(key(1), key(77));
        assertThat(idempotencyKeys).hasSize(5).doesNotContainNull().doesNotHaveDuplicates();
    }

    @Test
    void aRefusalIsToldByKeyAndStopsNoOther() throws Exception {
        List<Document> documents = store.scan(new KeyRange(Optional.of(key(11)), Optional.of(key(14))), 10);

        WriteReport report = store.write(documents);

        assertThat(report.done()).containsExactlyInAnyOrder(key(12), key(14));
        assertThat(report.refused()).containsOnlyKeys(key(13));
        assertThat(report.refused().get(key(13))).contains("422").doesNotContain("thirteen");
    }

    @Test
    void aServerErrorIsUnavailableAndRefusedCredentialsAreNamedNotShown() {
        failWith = 503;
        assertThatThrownBy(() -> store.read(List.of(key(1))))
                .isInstanceOf(StoreException.class)
                .hasMessage("slice orders, modern: GET /api/orders/{key} was answered 503");
        failWith = 403;
        assertThat(store.check().toString())
                .contains("403")
                .contains("credentials")
                .doesNotContain("t0ken");
    }

    @Test
    void anExpressionThatFailsTellsNoValues() {
        try (HttpEntityStore broken = open("{'id': $number('x' & cents)}")) {
            assertThatThrownBy(() -> broken.scan(KeyRange.ALL, 1))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("`read` fails on a document")
                    .hasMessageNotContaining("1010");
        }
        assertThatThrownBy(() -> open("{'id': "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`read` is no JSONata");
    }

    @Test
    void whoMayNotWriteAnyMoreSendsNothingButReads() throws Exception {
        List<Document> read = store.scan(KeyRange.ALL, 3);
        orders.clear();
        mayWrite = false;
        assertThatThrownBy(() -> store.write(read)).hasMessageContaining("no lease");
        assertThatThrownBy(() -> store.delete(List.of(read.getFirst().key()))).hasMessageContaining("no lease");
        assertThat(idempotencyKeys).isEmpty();
        assertThat(store.scan(KeyRange.ALL, 3)).isEmpty();
    }
}
