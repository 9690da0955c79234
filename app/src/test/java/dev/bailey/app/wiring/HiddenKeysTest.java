package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.orchestrate.ControlSettings;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisException;

/** Sessions in Redis: nobody who looks is shown an id, and whoever repairs needs none. */
class HiddenKeysTest {

    private static final String ADA = "9f4c1d7e-ada-session";
    private static final String BOB = "5b20aa83-bob-session";
    private static final String SHOWN_BOB = HiddenKey.of(new EntityKey(BOB));

    @TempDir
    Path folder;

    private HttpServer service;
    private Process redis;
    private JedisPooled legacy;
    private JedisPooled modern;
    private int port;

    @BeforeEach
    void open() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        service.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        redis = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        legacy = new JedisPooled("redis://127.0.0.1:" + port + "/0");
        modern = new JedisPooled("redis://127.0.0.1:" + port + "/1");
        await(this::answers);
    }

    private boolean answers() {
        try {
            return "PONG".equals(legacy.ping());
        } catch (JedisException notYet) {
            return false;
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        legacy.close();
        modern.close();
        redis.destroyForcibly().waitFor();
        service.stop(0);
    }

    @Test
    void aSessionIsBackfilledReconciledRepairedParkedAndUnparkedWithoutItsIdBeingShown() throws Exception {
        legacy.set("session:" + ADA, "{\"user\":\"ada\"}");
        legacy.set("session:" + BOB, "{}");
        try (Bailey bailey = start()) {
            change(bailey, "advance", "\"force\":true");

            // Modern keeps hashes, and there is no empty one.
            change(bailey, "backfill", "\"paused\":false");
            await(() -> look(bailey, "/jobs").contains("(entity " + SHOWN_BOB + ": "));
            legacy.set("session:" + BOB, "{\"user\":\"bob\"}");
            change(bailey, "backfill", "\"paused\":false");
            await(() -> modern.hgetAll("account/" + BOB).equals(Map.of("user", "bob")));

            modern.hset("account/" + BOB, "user", "mallory");
            change(bailey, "reconcile", "\"repair\":false,\"dryRun\":false");
            await(() -> look(bailey, "/divergences?slice=sessions").contains(SHOWN_BOB));
            change(bailey, "reconcile", "\"repair\":true,\"dryRun\":false");
            await(() -> modern.hgetAll("account/" + BOB).equals(Map.of("user", "bob")));

            legacy.set("session:" + BOB, "{}");
            assertThat(send(HttpRequest.newBuilder(URI.create("http://" + bailey.gatewayAddress() + "/logout"))
                                    .header("Cookie", "SESSION=" + BOB)
                                    .POST(BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(204);
            await(() -> look(bailey, "/journal?state=PARKED").contains(SHOWN_BOB));
            assertThat(look(bailey, "/journal?entity=" + SHOWN_BOB))
                    .contains("/logout")
                    .isEqualTo(look(bailey, "/journal?entity=" + BOB));
            assertThat(look(bailey, "/journal?entity=" + HiddenKey.of(new EntityKey("nobody's"))))
                    .doesNotContain("/logout");
            legacy.set("session:" + BOB, "{\"user\":\"bob\",\"left\":\"yes\"}");
            assertThat(change(bailey, "unpark", "\"entity\":\"" + SHOWN_BOB + "\""))
                    .contains("1 records of " + SHOWN_BOB);
            await(() -> modern.hgetAll("account/" + BOB).containsKey("left"));
            assertThat(change(bailey, "unpark", "\"entity\":\"" + BOB + "\"")).contains("0 records of " + SHOWN_BOB);
            assertThat(explained(bailey)).contains(SHOWN_BOB);

            for (String path : new String[] {
                "/jobs", "/journal", "/divergences", "/audit", "/status", "/slices/sessions/gates", "/approvals"
            }) {
                assertThat(look(bailey, path)).as(path).doesNotContain(ADA).doesNotContain(BOB);
            }
        }
    }

    @Test
    void keysFromCookiesAndOfWritesFromHeadersAreHiddenWhateverTheStoresAreAndOthersAreNot() {
        assertThat(HiddenKey.of(new EntityKey("abc"))).isEqualTo("sha256:ba7816bf8f01cfea");
        assertThat(HiddenKey.is("sha256:ba7816bf8f01cfea")).isTrue();
        assertThat(HiddenKey.is("sha256:ba7816bf8f01cfeA")).isFalse();
        assertThat(shown("cookie:SESSION", "GET /account")).isEqualTo("sha256:ba7816bf8f01cfea");
        assertThat(shown("path:id", "{ match: POST /login, entity: \"response-cookie:SESSION\" }"))
                .isEqualTo("sha256:ba7816bf8f01cfea");
        assertThat(shown("path:id", "\"GET /accounts/{id}\"")).isEqualTo("abc");
        assertThat(shown("header:X-Session", "POST /logout")).isEqualTo("sha256:ba7816bf8f01cfea");
        assertThat(shown("path:id", "\"PUT /orders/{id}\", { match: GET /orders, entity: \"header:X-Account\" }"))
                .isEqualTo("abc");
    }

    private static String shown(String entity, String route) {
        String file = """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                legacy: { url: "http://127.0.0.1:1" }
                modern: { url: "http://127.0.0.1:2" }
                slices:
                  sessions:
                    entity: %s
                    routes: [ %s ]
                    writes: { replicate: refresh, idempotency: none }
                    data:
                      key: id
                      legacy:
                        jdbc: "jdbc:sqlite:a.db"
                        read: select id, name from item
                        write: { table: item, columns: { id: id, name: name } }
                      modern:
                        jdbc: "jdbc:sqlite:b.db"
                        read: select id, title as name from thing
                        write: { table: thing, columns: { id: id, name: title } }
                """.formatted(entity, route);
        Read read = MigrationFile.parse("m.yaml", file, name -> null, Path.of(""), LocalDate.of(2026, 11, 20));
        assertThat(read).isInstanceOf(Read.Valid.class);
        return ShownKey.of(((Read.Valid) read).spec(), new SliceName("sessions"), new EntityKey("abc"));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .atMost(30, TimeUnit.SECONDS)
                .until(condition);
    }

    private String look(Bailey bailey, String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(bailey.adminUrl() + "/api/v1" + path)))
                .body();
    }

    private String explained(Bailey bailey) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(bailey.adminUrl() + "/api/v1/explain"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"method\":\"GET\",\"path\":\"/account\",\"headers\":{\"Cookie\":\"SESSION=" + BOB
                                        + "\"}}")))
                .body();
    }

    private String change(Bailey bailey, String command, String more) throws Exception {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(bailey.adminUrl() + "/api/v1/slices/sessions/" + command))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"reason\":\"test\"," + more + "}")));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return answer.body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String token = Files.readString(folder.resolve("data/token")).strip();
            return client.send(
                    request.header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
        }
    }

    private Bailey start() throws IOException {
        Path file = folder.resolve("m.yaml");
        String url = "http://127.0.0.1:" + service.getAddress().getPort();
        Files.writeString(file, """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                legacy: { url: "%s/a" }
                modern: { url: "%s/b" }
                slices:
                  sessions:
                    entity: cookie:SESSION
                    routes: [ POST /logout, GET /account ]
                    writes: { replicate: refresh, idempotency: none, onReject: park }
                    data:
                      key: id
                      legacy: { redis: "redis://127.0.0.1:%d/0", keys: "session:{key}", value: json }
                      modern: { redis: "redis://127.0.0.1:%d/1", keys: "account/{key}", value: hash }
                """.formatted(url, url, port, port));
        Read read =
                MigrationFile.parse("m.yaml", Files.readString(file), name -> null, folder, LocalDate.of(2026, 11, 20));
        assertThat(read).isInstanceOf(Read.Valid.class);
        Read.Valid valid = (Read.Valid) read;
        return Bailey.start(
                valid.spec(), file, valid.text(), folder.resolve("data"), ControlSettings.DEFAULTS.withBase(folder));
    }
}
