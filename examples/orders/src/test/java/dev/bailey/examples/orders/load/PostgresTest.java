package dev.bailey.examples.orders.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.examples.orders.batch.NightlyBatch;
import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.modern.ModernContract;
import dev.bailey.examples.orders.modern.ModernTables;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.OrderContract;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.OrdersServer;
import dev.bailey.examples.orders.service.SampleOrders;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Both services on PostgreSQL. */
class PostgresTest {

    private static EmbeddedPostgres postgres;

    @SuppressWarnings("NullAway.Init")
    PostgresTest() {}

    @BeforeAll
    static void startDatabase() throws Exception {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        postgres.close();
    }

    @Test
    void legacyKeepsOrdersAndMintsAboveAllItHolds() throws Exception {
        worksOn(new LegacyContract(), new LegacyTables());
    }

    @Test
    void modernKeepsOrdersAndMintsAboveAllItHolds() throws Exception {
        worksOn(new ModernContract(), new ModernTables());
    }

    private static void worksOn(OrderContract contract, OrderTables tables) throws Exception {
        String jdbc = postgres.getJdbcUrl("postgres", "postgres");
        Database database = Database.open(jdbc, tables);
        Order order = new SampleOrders(new SplittableRandom(4)).next(0, "r-" + contract.path());
        String body = JsonMapper.shared()
                .writeValueAsString(contract.write(order).without(java.util.List.of("id", "orderId")));
        try (OrdersServer server = OrdersServer.start(0, contract, tables, database, Clock.systemUTC());
                HttpClient client = HttpClient.newHttpClient()) {
            URI orders = URI.create("http://127.0.0.1:" + server.port() + contract.path());
            HttpRequest put = HttpRequest.newBuilder(URI.create(orders + "/" + contract.id(40)))
                    .PUT(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpRequest post = HttpRequest.newBuilder(orders)
                    .header("Idempotency-Key", "k" + contract.path())
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            assertThat(client.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(201);
            HttpResponse<String> minted = client.send(post, HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> again = client.send(post, HttpResponse.BodyHandlers.ofString());
            assertThat(minted.headers().firstValue("Location")).hasValue(contract.path() + "/" + contract.id(41));
            assertThat(again.body()).isEqualTo(minted.body());

            NightlyBatch.Touched touched = NightlyBatch.run(database, tables, 20, 3);
            StoreContents contents =
                    contract instanceof LegacyContract ? OrderStoreReader.legacy(jdbc) : OrderStoreReader.modern(jdbc);
            assertThat(touched.touched()).isNotEmpty();
            assertThat(contents.orders()).hasSize(2 + touched.inserted() - touched.deleted());
            assertThat(contents.applied()).containsKey("r-" + contract.path());
        }
    }
}
