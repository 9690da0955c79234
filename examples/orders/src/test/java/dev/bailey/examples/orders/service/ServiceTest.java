package dev.bailey.examples.orders.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.modern.ModernContract;
import dev.bailey.examples.orders.modern.ModernTables;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both services over real HTTP. */
class ServiceTest {

    private static final String LEGACY_ORDER = """
            {"customer": "c-1", "status": "SHIPPED", "createdAt": "2026-11-20 10:15:30", "note": null,
             "lines": [{"sku": "a", "qty": 3, "cents": 1005}, {"sku": "b", "qty": 1, "cents": 50}], "ref": "r-1"}""";
    private static final String MODERN_ORDER = """
            {"customerId": "c-1", "state": "in_transit", "placedAt": "2026-11-20T10:15:30Z",
             "items": [{"article": "a", "quantity": 3, "unitPrice": 10.05}, {"article": "b", "quantity": 1, "unitPrice": 0.5}],
             "ref": "r-1"}""";

    private final HttpClient client = HttpClient.newHttpClient();
    private Path folder;
    private OrdersServer legacy;
    private OrdersServer modern;

    @SuppressWarnings("NullAway.Init")
    ServiceTest() {}

    @BeforeEach
    void start(@TempDir Path temporary) throws SQLException, IOException {
        folder = temporary;
        legacy = OrdersServer.start(
                0,
                new LegacyContract(),
                new LegacyTables(),
                Database.open(jdbc("legacy"), new LegacyTables()),
                Clock.systemUTC());
        modern = OrdersServer.start(
                0,
                new ModernContract(),
                new ModernTables(),
                Database.open(jdbc("modern"), new ModernTables()),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        client.close();
        legacy.close();
        modern.close();
    }

    @Test
    void legacySpeaksWithItsQuirks() throws Exception {
        HttpResponse<String> created = send(legacy, "POST", "/api/orders", "k-1", LEGACY_ORDER);

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue("/api/orders/1");
        assertThat(send(legacy, "GET", "/api/orders/1", "", "").body())
                .isEqualTo(created.body())
                .isEqualTo(
                        "{\"id\":1,\"customer\":\"c-1\",\"status\":\"SHIPPED\",\"createdAt\":\"2026-11-20 10:15:30\","
                                + "\"note\":null,\"lines\":[{\"sku\":\"a\",\"qty\":3,\"cents\":1005},"
                                + "{\"sku\":\"b\",\"qty\":1,\"cents\":50}],\"totalCents\":3065,\"ref\":\"r-1\",\"version\":1}");
    }

    @Test
    void modernSpeaksItsOwnWay() throws Exception {
        HttpResponse<String> created = send(modern, "POST", "/v2/orders", "k-1", MODERN_ORDER);

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue("/v2/orders/ord_000000000001");
        assertThat(send(modern, "GET", "/v2/orders/ord_000000000001", "", "").body())
                .isEqualTo(created.body())
                .isEqualTo("{\"orderId\":\"ord_000000000001\",\"customerId\":\"c-1\",\"state\":\"in_transit\","
                        + "\"placedAt\":\"2026-11-20T10:15:30Z\",\"items\":["
                        + "{\"article\":\"a\",\"quantity\":3,\"unitPrice\":10.05},"
                        + "{\"article\":\"b\",\"quantity\":1,\"unitPrice\":0.50}],"
                        + "\"total\":30.65,\"ref\":\"r-1\",\"revision\":1}");
    }

    @Test
    void wholeDocumentsCreateReplaceAndVanish() throws Exception {
        assertThat(send(legacy, "PUT", "/api/orders/77", "k-1", LEGACY_ORDER).statusCode())
                .isEqualTo(201);
        HttpResponse<String> replaced =
                send(legacy, "PUT", "/api/orders/77", "k-2", LEGACY_ORDER.replace("SHIPPED", "PAID"));
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(json(replaced).path("version").asInt()).isEqualTo(2);
        assertThat(json(replaced).path("status").asString()).isEqualTo("PAID");
        assertThat(send(legacy, "DELETE", "/api/orders/77", "k-3", "").statusCode())
                .isEqualTo(204);
        assertThat(send(legacy, "DELETE", "/api/orders/77", "k-4", "").statusCode())
                .isEqualTo(204);
        assertThat(send(legacy, "GET", "/api/orders/77", "", "").statusCode()).isEqualTo(404);
        assertThat(timesApplied("legacy", "k-3")).isEqualTo(1);
        assertThat(timesApplied("legacy", "k-4")).isZero();
    }

    @Test
    void sameKeyGivesTheSameAnswerAndIsAppliedOnceAlsoAfterARestart() throws Exception {
        for (boolean modernSide : List.of(false, true)) {
            OrdersServer side = modernSide ? modern : legacy;
            String path = modernSide ? "/v2/orders" : "/api/orders";
            String body = modernSide ? MODERN_ORDER : LEGACY_ORDER;
            HttpResponse<String> first = send(side, "POST", path, "k-1", body);
            HttpResponse<String> second = send(side, "POST", path, "k-1", body);
            side.close();
            if (modernSide) {
                modern = OrdersServer.start(
                        0,
                        new ModernContract(),
                        new ModernTables(),
                        Database.open(jdbc("modern"), new ModernTables()),
                        Clock.systemUTC());
            } else {
                legacy = OrdersServer.start(
                        0,
                        new LegacyContract(),
                        new LegacyTables(),
                        Database.open(jdbc("legacy"), new LegacyTables()),
                        Clock.systemUTC());
            }
            HttpResponse<String> third = send(modernSide ? modern : legacy, "POST", path, "k-1", body);

            for (HttpResponse<String> again : List.of(second, third)) {
                assertThat(again.statusCode()).isEqualTo(201);
                assertThat(again.body()).isEqualTo(first.body());
                assertThat(again.headers().firstValue("Location"))
                        .isEqualTo(first.headers().firstValue("Location"));
            }
            assertThat(timesApplied(modernSide ? "modern" : "legacy", "r-1")).isEqualTo(1);
        }
    }

    @Test
    void sameKeyWithAnotherPayloadIsRefused() throws Exception {
        send(legacy, "POST", "/api/orders", "k-1", LEGACY_ORDER);

        HttpResponse<String> other =
                send(legacy, "POST", "/api/orders", "k-1", LEGACY_ORDER.replace("SHIPPED", "PAID"));
        HttpResponse<String> otherMethod = send(legacy, "PUT", "/api/orders/1", "k-1", LEGACY_ORDER);

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(otherMethod.statusCode()).isEqualTo(422);
        assertThat(timesApplied("legacy", "r-1")).isEqualTo(1);
    }

    @Test
    void manyAtOnceWithOneKeyMakeOneOrder() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            answers.add(client.sendAsync(
                    request(legacy, "POST", "/api/orders", "k-1", LEGACY_ORDER), HttpResponse.BodyHandlers.ofString()));
        }

        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            HttpResponse<String> got = answer.join();
            assertThat(got.statusCode()).isIn(201, 409);
            if (got.statusCode() == 201) {
                assertThat(json(got).path("id").asInt()).isEqualTo(1);
            } else {
                assertThat(got.headers().firstValue("Retry-After")).isPresent();
            }
        }
        assertThat(timesApplied("legacy", "r-1")).isEqualTo(1);
        assertThat(json(send(legacy, "GET", "/api/orders", "", ""))
                        .path("orders")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void keyInProgressIsAConflictAndItsAnswerComesLater() throws Exception {
        try (var blocker = DriverManager.getConnection(jdbc("legacy"));
                var statement = blocker.createStatement()) {
            statement.execute("begin immediate"); // whichever request comes first waits for the write lock
            CompletableFuture<HttpResponse<String>> one = createAsync();
            CompletableFuture<HttpResponse<String>> other = createAsync();
            await().until(() -> one.isDone() || other.isDone());
            CompletableFuture<HttpResponse<String>> refused = one.isDone() ? one : other;
            CompletableFuture<HttpResponse<String>> inProgress = one.isDone() ? other : one;
            assertThat(refused.join().statusCode()).isEqualTo(409);
            assertThat(refused.join().headers().firstValue("Retry-After")).hasValue("1");
            assertThat(inProgress).isNotDone();
            statement.execute("rollback");
            assertThat(inProgress.join().statusCode()).isEqualTo(201);
        }
        assertThat(send(legacy, "POST", "/api/orders", "k-1", LEGACY_ORDER).statusCode())
                .isEqualTo(201);
        assertThat(timesApplied("legacy", "r-1")).isEqualTo(1);
    }

    private CompletableFuture<HttpResponse<String>> createAsync() {
        return client.sendAsync(
                request(legacy, "POST", "/api/orders", "k-1", LEGACY_ORDER), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void givenIdsAreTakenOnceAndMintedOnesComeAbove() throws Exception {
        String given = MODERN_ORDER.replace("{\"customerId\"", "{\"orderId\": \"ord_000000000500\", \"customerId\"");
        assertThat(send(modern, "POST", "/v2/orders", "k-1", given).statusCode())
                .isEqualTo(201);
        assertThat(send(modern, "POST", "/v2/orders", "k-1", given).statusCode())
                .isEqualTo(201);
        assertThat(send(modern, "POST", "/v2/orders", "k-1", MODERN_ORDER).statusCode())
                .as("the id is no part of the payload")
                .isEqualTo(201);
        assertThat(send(modern, "POST", "/v2/orders", "k-2", given).statusCode())
                .isEqualTo(409);
        send(modern, "DELETE", "/v2/orders/ord_000000000500", "k-3", "");

        HttpResponse<String> minted = send(modern, "POST", "/v2/orders", "k-4", MODERN_ORDER);

        assertThat(json(minted).path("orderId").asString()).isEqualTo("ord_000000000501");
    }

    @Test
    void listsGoOnWhereTheyEnded() throws Exception {
        for (int i = 1; i <= 5; i++) {
            send(legacy, "PUT", "/api/orders/" + i, "k-" + i, LEGACY_ORDER.replace("c-1", "c-" + i % 2));
        }

        JsonNode first = json(send(legacy, "GET", "/api/orders?customer=c-1&limit=2", "", ""));
        JsonNode rest =
                json(send(legacy, "GET", "/api/orders?customer=c-1&limit=2&after=" + first.path("next"), "", ""));

        assertThat(first.at("/orders/1/id").asInt()).isEqualTo(3);
        assertThat(rest.path("orders").size()).isEqualTo(1);
        assertThat(rest.at("/orders/0/id").asInt()).isEqualTo(5);
        assertThat(rest.path("next").isNull()).isTrue();
        assertThat(send(legacy, "GET", "/api/orders?limit=0", "", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void wrongBodiesAreToldWhatIsWrong() throws Exception {
        for (String wrong : List.of(
                "{",
                "[]",
                LEGACY_ORDER.replace("SHIPPED", "LOST"),
                LEGACY_ORDER.replace("\"2026-11-20 10:15:30\"", "\"yesterday\""),
                LEGACY_ORDER.replace("1005", "10.5"),
                LEGACY_ORDER.replace("\"qty\": 3", "\"qty\": 0"),
                LEGACY_ORDER.replace("\"sku\": \"b\"", "\"sku\": \"a\""),
                LEGACY_ORDER.replace("1005", "9223372036854775807"))) {
            HttpResponse<String> answer = send(legacy, "POST", "/api/orders", "k-1", wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(json(answer).path("error").asString()).isNotEmpty();
        }
        assertThat(send(legacy, "PUT", "/api/orders/x", "", LEGACY_ORDER).statusCode())
                .isEqualTo(404);
        assertThat(send(legacy, "PATCH", "/api/orders/1", "", "{}").statusCode())
                .isEqualTo(405);
    }

    @Test
    void defectsComeAndGoAtRunTime() throws Exception {
        send(modern, "PUT", "/v2/orders/1", "k-1", MODERN_ORDER);
        defects("{\"rounding\": true}");
        assertThat(total(modern, "/v2/orders/1")).isEqualTo("30.64");
        assertThat(json(send(modern, "GET", "/v2/orders", "", ""))
                        .at("/items/0/total")
                        .decimalValue())
                .isEqualByComparingTo("30.65");
        defects("{\"rounding\": false, \"errorPercent\": 100}");
        assertThat(send(modern, "GET", "/v2/orders/1", "", "").statusCode()).isEqualTo(500);
        assertThat(send(modern, "DELETE", "/v2/orders/1", "k-2", "").statusCode())
                .isEqualTo(500);
        defects("{\"errorPercent\": 0, \"outage\": true}");
        assertThatThrownBy(() -> send(modern, "GET", "/health", "", "")).isInstanceOf(IOException.class);
        defects("{\"outage\": false}");
        assertThat(total(modern, "/v2/orders/1")).isEqualTo("30.65");
        assertThat(send(modern, "POST", "/defects", "", "{\"sabotage\": 1}").statusCode())
                .isEqualTo(400);
        assertThat(send(modern, "POST", "/defects", "", "{\"errorPercent\": 101}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void cutRequestsAreCarriedOutWithoutAnAnswer() {
        modern.defects(new Defects(false, 0, 0, 100, false));

        assertThatThrownBy(() -> send(modern, "PUT", "/v2/orders/1", "k-1", MODERN_ORDER))
                .isInstanceOf(IOException.class);

        await().untilAsserted(() -> assertThat(timesApplied("modern", "r-1")).isEqualTo(1));
    }

    private void defects(String change) throws Exception {
        assertThat(send(modern, "POST", "/defects", "", change).statusCode()).isEqualTo(200);
    }

    private String total(OrdersServer server, String path) throws Exception {
        return json(send(server, "GET", path, "", "")).path("total").asString();
    }

    private HttpResponse<String> send(OrdersServer server, String method, String path, String key, String body)
            throws IOException, InterruptedException {
        return client.send(request(server, method, path, key, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(OrdersServer server, String method, String path, String key, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        return (key.isEmpty() ? request : request.header("Idempotency-Key", key)).build();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private int timesApplied(String side, String ref) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbc(side));
                var select = connection.prepareStatement("select coalesce(sum(times), 0) from applied where ref = ?")) {
            select.setString(1, ref);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private String jdbc(String side) {
        return "jdbc:sqlite:" + folder.resolve(side + ".db");
    }
}
