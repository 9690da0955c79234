package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.orchestrate.ControlSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process, joined, over two real services: a slice without state walks, stands where it stood, is reconfigured and killed. */
class BaileyTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer legacy;
    private HttpServer modern;

    @TempDir
    Path folder;

    @BeforeEach
    void startServices() throws IOException {
        legacy = service("legacy");
        modern = service("modern");
    }

    @AfterEach
    void stopServices() {
        legacy.stop(0);
        modern.stop(0);
        client.close();
    }

    @Test
    void aSliceCrossesSurvivesARestartAndIsKilledBack() throws Exception {
        try (Bailey bailey = start()) {
            assertThat(read(bailey)).isEqualTo("legacy");
            command(bailey, "/slices/things/advance", "{\"reason\":\"look\",\"force\":false}", 200);
            command(bailey, "/slices/things/advance", "{\"reason\":\"no traffic to judge by\",\"force\":false}", 422);
            command(bailey, "/slices/things/advance", "{\"reason\":\"a test has no burn-in\",\"force\":true}", 200);
            assertThat(read(bailey)).isEqualTo("modern");
        }
        try (Bailey again = start()) {
            assertThat(read(again)).isEqualTo("modern");
            assertThat(get(again, "/status").body()).contains("READ_CUTOVER");
            command(again, "/kill", "{\"reason\":\"drill\"}", 200);
            assertThat(read(again)).isEqualTo("legacy");
            assertThat(get(again, "/audit/verify").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFileIsAppliedWhileItRunsAndWhatCannotBeSwappedIsRefused() throws Exception {
        try (Bailey bailey = start()) {
            String gentler = text().replace("minSamples: 5", "minSamples: 7");
            assertThat(yaml(bailey, "/plan", gentler).body())
                    .contains("slices.things.gates.minSamples", "takes effect at once");
            assertThat(yaml(bailey, "/apply", gentler).statusCode()).isEqualTo(200);
            assertThat(Files.readString(folder.resolve("m.yaml"))).isEqualTo(gentler);

            String moved = text().replace("owner: o", "owner: p").replace("GET /things/{id}", "GET /others/{id}");
            HttpResponse<String> refused = yaml(bailey, "/apply", moved);
            assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
            assertThat(refused.body()).contains("slices.things.routes");
            assertThat(Files.readString(folder.resolve("m.yaml"))).isEqualTo(gentler);
        }
    }

    @Test
    void versionsTellWhoUsesThem() throws Exception {
        Files.writeString(
                folder.resolve("m.yaml"),
                text().replace(
                                "    entity: path:id",
                                "    entity: path:id\n"
                                        + "    versions: { v1: { path: /things, deprecated: 2026-10-01, link: \"https://docs.example/v2\" } }\n"
                                        + "    consumers: header:X-Account"));
        try (Bailey bailey = start()) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer =
                        send(HttpRequest.newBuilder(URI.create("http://" + bailey.gatewayAddress() + "/things/7"))
                                .header("X-Account", "acme"));
                assertThat(answer.headers().firstValue("Deprecation")).contains("@1790812800");
                assertThat(answer.headers().firstValue("Link"))
                        .contains("<https://docs.example/v2>; rel=\"deprecation\"");
            }
            assertThat(get(bailey, "/slices/things/versions").body())
                    .contains("\"name\":\"v1\",\"told\":\"path /things\",\"deprecated\":\"2026-10-01\"")
                    .contains("\"requests\":2,\"consumers\":[{\"name\":\"acme\",\"requests\":2")
                    .contains("v1 has 2 requests of 1 consumer");
        }
    }

    @Test
    void pinsThatClientsCarryOutliveARestart() throws Exception {
        Files.writeString(
                folder.resolve("m.yaml"),
                text().replace(
                                "    entity: path:id",
                                "    entity: path:id\n    pins: { by: cookie:crossing, ttl: 30m }"));
        String pin;
        try (Bailey bailey = start()) {
            HttpResponse<String> first =
                    send(HttpRequest.newBuilder(URI.create("http://" + bailey.gatewayAddress() + "/things/7")));
            pin = first.headers().firstValue("Set-Cookie").orElse("").split(";")[0];
            assertThat(pin).startsWith("crossing=l.");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data/pins.key"))))
                .isEqualTo("rw-------");
        try (Bailey again = start()) {
            command(again, "/slices/things/advance", "{\"reason\":\"look\",\"force\":false}", 200);
            command(again, "/slices/things/advance", "{\"reason\":\"a test has no burn-in\",\"force\":true}", 200);
            assertThat(read(again)).isEqualTo("modern");
            HttpResponse<String> pinned =
                    send(HttpRequest.newBuilder(URI.create("http://" + again.gatewayAddress() + "/things/7"))
                            .header("Cookie", pin));
            assertThat(pinned.headers().firstValue("X-Bailey-Side")).contains("legacy");
            assertThat(pinned.headers().firstValue("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void aSliceThatIsAcrossCannotBeRenamedAway() throws Exception {
        try (Bailey bailey = start()) {
            command(bailey, "/slices/things/advance", "{\"reason\":\"look\",\"force\":false}", 200);
        }
        Files.writeString(folder.resolve("m.yaml"), text().replace("  things:", "  thngs:"));
        assertThatThrownBy(this::start)
                .hasMessageContaining("slice things stands at SHADOW_READ")
                .hasMessageContaining("not in the file");
    }

    @Test
    void aSecondProcessOnTheSameFolderIsRefusedInWords() throws Exception {
        try (Bailey bailey = start()) {
            assertThat(read(bailey)).isEqualTo("legacy");
            assertThatThrownBy(this::start).hasMessageContaining("journal");
        }
    }

    private Bailey start() throws IOException {
        Path file = folder.resolve("m.yaml");
        if (!Files.exists(file)) {
            Files.writeString(file, text());
        }
        Read read =
                MigrationFile.parse("m.yaml", Files.readString(file), name -> null, folder, LocalDate.of(2026, 11, 20));
        assertThat(read).isInstanceOf(Read.Valid.class);
        Read.Valid valid = (Read.Valid) read;
        return Bailey.start(
                valid.spec(), file, valid.text(), folder.resolve("data"), ControlSettings.DEFAULTS.withBase(folder));
    }

    private String text() {
        return """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                legacy: { url: "http://127.0.0.1:%d", health: /health }
                modern: { url: "http://127.0.0.1:%d", health: /health }
                slices:
                  things:
                    state: none
                    entity: path:id
                    routes: [ "GET /things/{id}" ]
                    shadow: { sample: 100%% }
                    ramp: { steps: [100%%], dwell: 1s }
                    compare: { ignore: [/side] }
                    gates: { minSamples: 5 }
                """.formatted(legacy.getAddress().getPort(), modern.getAddress().getPort());
    }

    private String read(Bailey bailey) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://" + bailey.gatewayAddress() + "/things/7")))
                .headers()
                .firstValue("X-Bailey-Side")
                .orElse("");
    }

    private void command(Bailey bailey, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = post(bailey, path, body);
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    }

    private HttpResponse<String> get(Bailey bailey, String path) throws Exception {
        return send(api(bailey, path));
    }

    private HttpResponse<String> post(Bailey bailey, String path, String body) throws Exception {
        return send(api(bailey, path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> yaml(Bailey bailey, String path, String body) throws Exception {
        return send(api(bailey, path + "?reason=test")
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder api(Bailey bailey, String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(bailey.adminUrl() + "/api/v1" + path))
                .header(
                        "Authorization",
                        "Bearer "
                                + Files.readString(folder.resolve("data/token")).strip());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }

    private static HttpServer service(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = ("{\"side\":\"" + name + "\",\"path\":\"" + exchange.getRequestURI() + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
