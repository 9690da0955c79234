package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Keys kept by a gateway that runs as a process of its own and is killed, before a service that knows no keys. */
class KeptKeysTest {

    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer service;
    private int port;
    private int adminPort;

    @TempDir
    Path folder;

    @BeforeEach
    void startService() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        service.createContext("/", exchange -> {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            int number = exchange.getRequestMethod().equals("POST") ? made.incrementAndGet() : 0;
            if (new String(asked, StandardCharsets.UTF_8).contains("hang")) {
                try {
                    hanging.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            byte[] body = ("{\"made\":" + number + "}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Location", "/things/7");
            exchange.sendResponseHeaders(201, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        port = free();
        adminPort = free();
        Files.writeString(folder.resolve("m.yaml"), """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:%d
                legacy: { url: "http://127.0.0.1:%d" }
                modern: { url: "http://127.0.0.1:%d/modern" }
                slices:
                  things:
                    entity: path:id
                    routes: [ "GET /things/{id}", "POST /things/{id}" ]
                    writes: { idempotency: { header: Idempotency-Key, by: gateway, keep: 1h } }
                    data:
                      key: id
                      legacy:
                        jdbc: jdbc:sqlite:%s/legacy.db
                        read: select id, total from things
                        write: { table: things, columns: { id: id, total: total } }
                      modern:
                        jdbc: jdbc:sqlite:%s/modern.db
                        read: select id, total from things
                        write: { table: things, columns: { id: id, total: total } }
                """.formatted(
                        port,
                        adminPort,
                        service.getAddress().getPort(),
                        service.getAddress().getPort(),
                        folder,
                        folder));
    }

    @AfterEach
    void stopService() {
        hanging.countDown();
        service.stop(0);
        client.close();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aKeysWriteIsMadeOnceWhateverIsKilled() throws Exception {
        Process first = start();
        try {
            HttpResponse<String> answer = post("done", "{}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(made).hasValue(1);
            replayed(post("done", "{}"));
            assertThat(post("done", "{\"other\":1}").statusCode()).isEqualTo(422);

            Thread.ofVirtual().start(() -> {
                try {
                    post("hung", "{\"hang\":1}");
                } catch (Exception killed) {
                    assertThat(killed).isNotNull(); // the gateway is killed under it
                }
            });
            await().untilAtomic(made, org.hamcrest.Matchers.is(2));
            HttpResponse<String> underWay = post("hung", "{\"hang\":1}");
            assertThat(underWay.statusCode()).isEqualTo(409);
            assertThat(underWay.headers().firstValue("Retry-After")).isPresent();
        } finally {
            kill(first);
        }
        hanging.countDown();

        Process second = start();
        try {
            replayed(post("done", "{}"));
            HttpResponse<String> never = post("hung", "{\"hang\":1}");
            assertThat(never.statusCode()).isEqualTo(409);
            assertThat(never.headers().firstValue("Retry-After")).isEmpty();
            assertThat(never.body()).contains("may or may not have been made");
            assertThat(made).hasValue(2);
        } finally {
            kill(second);
        }
    }

    private static void replayed(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"made\":1}");
        assertThat(answer.headers().firstValue("Location")).contains("/things/7");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Idempotent-Replayed")).contains("true");
    }

    private HttpResponse<String> post(String key, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/things/7"))
                        .header("Idempotency-Key", key)
                        .timeout(Duration.ofSeconds(20))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private Process start() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.bailey.app.Main",
                        "run",
                        folder.resolve("m.yaml").toString(),
                        "--data",
                        folder.resolve("data").toString()))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("log")))
                    .isTrue();
            return client.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/things/7"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode()
                    < 500;
        });
        return process;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
