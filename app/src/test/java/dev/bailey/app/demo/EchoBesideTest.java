package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EchoBesideTest {

    private HttpServer service;
    private EchoBeside echo;

    @BeforeEach
    void open() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        service.createContext("/", exchange -> {
            byte[] path = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, path.length);
            exchange.getResponseBody().write(path);
            exchange.close();
        });
        service.start();
        echo = EchoBeside.to(service.getAddress().getPort());
    }

    @AfterEach
    void close() throws Exception {
        echo.close();
        service.stop(0);
    }

    private URI place() {
        return URI.create("http://127.0.0.1:" + echo.port());
    }

    @Test
    void whatIsNoWebSocketGoesToTheServiceAlsoAfterAnotherRequest() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : new String[] {"/a", "/talks", "/b"}) {
                assertThat(client.send(
                                        HttpRequest.newBuilder(place().resolve(path))
                                                .build(),
                                        BodyHandlers.ofString())
                                .body())
                        .isEqualTo(path);
            }
        }
    }

    @Test
    void messagesComeBackUntilTheSocketIsCutAndThenOverANewOne() throws Exception {
        try (Conversations conversations = new Conversations(place());
                LongAnswers talkers = LongAnswers.start(conversations, 2, Duration.ofMinutes(5), System::nanoTime)) {
            await().until(() -> conversations.messages() >= 6);
            assertThat(talkers.opened()).isEqualTo(2);
            assertThat(talkers.cutEarly()).isZero();
            echo.cut();
            await().until(() -> talkers.opened() == 4);
            assertThat(talkers.cutEarly()).as("cut before the time was over").isEqualTo(2);
            long before = conversations.messages();
            await().until(() -> conversations.messages() >= before + 4);
            assertThat(conversations.wrong()).isEmpty();
            talkers.end();
        }
    }
}
