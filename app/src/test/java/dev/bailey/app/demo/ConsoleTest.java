package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The console in a real Chromium, over a real gateway between two real services under load. */
class ConsoleTest {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @Test
    void worksByKeyboardOnAPhoneAndWithoutAccessibilityFaults() throws Exception {
        try (DemoWorld world = DemoWorld.start(HOME, 200, 1, false);
                LoadClient load =
                        LoadClient.start(LoadSettings.usual(world.gatewayUri(), 4, 50, 1, 200), System::nanoTime)) {
            declareVersion(world);
            Process node = new ProcessBuilder(
                            "node",
                            "e2e/console.mjs",
                            world.adminUri().toString(),
                            world.token(),
                            Path.of("target/console-screenshots")
                                    .toAbsolutePath()
                                    .toString())
                    .directory(HOME.resolve("control/console").toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(node.exitValue()).describedAs(output).isZero();
            assertThat(load.counts().clientErrors()).isZero();
        }
    }

    private static void declareVersion(DemoWorld world) throws IOException, InterruptedException {
        String file = Files.readString(world.folder().resolve("orders.yaml"));
        String with =
                file.replace("    entity: path:id\n    routes:", """
                    versions:
                      v1: { path: /api/orders, deprecated: 2026-10-01, sunset: 2027-03-01 }
                    consumers: header:X-Account
                    entity: path:id
                    routes:""".indent(4).stripTrailing());
        assertThat(with).isNotEqualTo(file);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> applied = client.send(
                    HttpRequest.newBuilder(world.adminUri().resolve("/api/v1/apply?reason=versions"))
                            .header("Authorization", "Bearer " + world.token())
                            .header("Content-Type", "application/yaml")
                            .POST(HttpRequest.BodyPublishers.ofString(with))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(applied.statusCode()).describedAs(applied.body()).isEqualTo(200);
        }
    }
}
