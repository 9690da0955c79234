package dev.bailey.app.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.takeover.Line.Heard;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.load.AuditResult;
import dev.bailey.examples.orders.load.AuditScope;
import dev.bailey.examples.orders.load.HistoryAudit;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import dev.bailey.examples.orders.load.OrderStoreReader;
import dev.bailey.examples.orders.modern.ModernContract;
import dev.bailey.examples.orders.modern.ModernTables;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.OrderContract;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.OrdersServer;
import dev.bailey.examples.orders.service.SampleOrders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journalled writes while the place changes hands: the example's migration over its real services and databases. */
class TakeOverOfWritesTest {

    private static final int ORDERS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private OrdersServer legacy;
    private OrdersServer modern;
    private Place place;

    @BeforeEach
    void startAll() throws Exception {
        legacy = service("legacy.db", new LegacyContract(), new LegacyTables(), ORDERS);
        modern = service("modern.db", new ModernContract(), new ModernTables(), 0);
        String text = Files.readString(Path.of("../examples/orders/orders.yaml"))
                .replace("127.0.0.1:8080", "127.0.0.1:%PORT%")
                .replace("127.0.0.1:7070", "127.0.0.1:0")
                .replace("127.0.0.1:8081", "127.0.0.1:" + legacy.port())
                .replace("127.0.0.1:8082", "127.0.0.1:" + modern.port())
                .replace("jdbc:sqlite:examples/orders/data/", "jdbc:sqlite:" + folder + "/");
        place = Place.of(folder, text + "\ngateway: { drain: 5s, takeOverWait: 20s }\n");
    }

    @AfterEach
    void stopAll() {
        place.close();
        modern.close();
        legacy.close();
        client.close();
    }

    private OrdersServer service(String database, OrderContract contract, OrderTables tables, int orders)
            throws Exception {
        Database open = Database.open("jdbc:sqlite:" + folder.resolve(database), tables);
        SampleOrders.seed(open, tables, orders, 1);
        return OrdersServer.start(0, contract, tables, open, Clock.systemUTC());
    }

    private URI gateway() {
        return URI.create("http://127.0.0.1:" + place.port);
    }

    /** Writes are carried from here on. */
    private void toDualWrite(Incumbent incumbent) throws Exception {
        HttpResponse<String> moved = client.send(
                api(incumbent, "/slices/orders/advance")
                        .POST(BodyPublishers.ofString("{\"reason\":\"test\",\"force\":false}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(moved.statusCode()).describedAs(moved.body()).isEqualTo(200);
    }

    private String status(Incumbent incumbent) {
        try {
            return client.send(api(incumbent, "/status").build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private HttpRequest.Builder api(Incumbent incumbent, String path) throws IOException {
        String token = Files.readString(place.data.resolve("token")).strip();
        return HttpRequest.newBuilder(URI.create(incumbent.bailey().adminUrl() + "/api/v1" + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token);
    }

    @Test
    void underLoadNoRequestFailsAndNoWriteIsLostOrDoubled() throws Exception {
        Incumbent incumbent = place.start();
        toDualWrite(incumbent);
        LoadSettings writers = new LoadSettings(
                gateway(), 8, 150, 7, ORDERS, 45, 15, 6, 0, Duration.ofSeconds(15), Duration.ofSeconds(30));
        try (LoadClient load = LoadClient.start(writers, System::nanoTime)) {
            for (int time = 0; time < 2; time++) {
                long seen = load.counts().acknowledged();
                await().atMost(LIMIT).until(() -> load.counts().acknowledged() > seen + 50);
                Incumbent next = place.takeOver();
                incumbent.awaitEnd();
                incumbent = next;
            }
            assertThat(load.pause(LIMIT)).isTrue();
            Incumbent last = incumbent;
            await().atMost(LIMIT).until(() -> status(last).contains("\"undelivered\":0"));
            AuditResult result = HistoryAudit.audit(
                    load.history(),
                    OrderStoreReader.legacy("jdbc:sqlite:" + folder.resolve("legacy.db")),
                    OrderStoreReader.modern("jdbc:sqlite:" + folder.resolve("modern.db")),
                    AuditScope.of(AuditScope.Authority.LEGACY));
            assertThat(load.counts().errors()).isEmpty();
            assertThat(load.counts().failedAttempts()).isEmpty();
            assertThat(load.counts().staleReads()).isEmpty();
            assertThat(result.lost()).describedAs("%s", result.findings()).isZero();
            assertThat(result.doubled()).describedAs("%s", result.findings()).isZero();
            assertThat(result.acknowledged()).isGreaterThan(100);
        }
    }

    private CompletableFuture<HttpResponse<String>> write(String path, String ref) throws Exception {
        HttpResponse<String> before =
                client.send(HttpRequest.newBuilder(gateway().resolve(path)).build(), BodyHandlers.ofString());
        String body = before.body()
                .replaceAll("\"(id|totalCents|version)\":[0-9]+,?", "")
                .replaceAll("\"ref\":(null|\"[^\"]*\")", "\"ref\":\"" + ref + "\"")
                .replaceAll(",}", "}");
        return client.sendAsync(
                HttpRequest.newBuilder(gateway().resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", ref)
                        .PUT(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static int version(String order) {
        return Integer.parseInt(order.replaceAll("(?s).*\"version\":([0-9]+).*", "$1"));
    }

    private String order(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(gateway().resolve(path)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void aSuccessorThatDiesBeforeItIsReadyCostsNothing() throws Exception {
        Incumbent incumbent = place.start();
        toDualWrite(incumbent);
        int before = version(order("/api/orders/7"));
        CompletableFuture<HttpResponse<String>> held;
        try (Line line = Door.knock(place.data).orElseThrow()) {
            line.say(TakeOver.ASK + "1");
            assertThat(line.hear(Duration.ofSeconds(20)))
                    .isInstanceOfSatisfying(
                            Heard.Said.class, said -> assertThat(said.text()).startsWith(TakeOver.RELEASED));
            held = write("/api/orders/7", "held-1");
            await().atMost(LIMIT).until(() -> incumbent.bailey().heldForSuccessor() == 1);
            assertThat(order("/api/orders/8")).contains("\"id\":8"); // reads go on
            assertThat(held).isNotDone();
        } // as its end by kill -9 looks
        assertThat(held.get().statusCode()).isEqualTo(200);
        String after = order("/api/orders/7");
        assertThat(after).contains("held-1");
        assertThat(version(after)).isEqualTo(before + 1);
        assertThat(incumbent.isHandedOver()).isFalse();
        await().atMost(LIMIT).until(() -> status(incumbent).contains("\"undelivered\":0"));

        // And it can be taken over from afterwards.
        Incumbent next = place.takeOver();
        assertThat(write("/api/orders/7", "held-2").get().statusCode()).isEqualTo(200);
        assertThat(version(order("/api/orders/7"))).isEqualTo(before + 2);
        assertThat(next.isHandedOver()).isFalse();
    }

    @Test
    void whatIsHeldIsCarriedOnceByTheSuccessor() throws Exception {
        Incumbent incumbent = place.start();
        toDualWrite(incumbent);
        int before = version(order("/api/orders/9"));
        assertThat(incumbent.bailey().release(Duration.ofSeconds(10))).isTrue();
        CompletableFuture<HttpResponse<String>> held = write("/api/orders/9", "held-3");
        await().atMost(LIMIT).until(() -> incumbent.bailey().heldForSuccessor() == 1);
        try (Bailey next = incumbent.bailey().reopen("secret")) {
            assertThat(held).isNotDone();
            incumbent.bailey().passTo(next.relayAddress(), "secret");
            next.begin();
            assertThat(held.get().statusCode()).isEqualTo(200);
            assertThat(version(order("/api/orders/9"))).isEqualTo(before + 1);
            assertThat(incumbent.bailey().heldForSuccessor()).isZero();
        }
    }
}
