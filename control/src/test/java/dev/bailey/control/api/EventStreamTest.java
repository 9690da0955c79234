package dev.bailey.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamTest {

    @TempDir
    Path folder;

    @Test
    void sendsTheStatusWhenItChangedAndWhatIsToldAsItIsTold() throws Exception {
        try (FakeBailey bailey = new FakeBailey(folder)) {
            bailey.narrator.tell(new ToldView(Samples.AT, Optional.empty(), "info", "before you came"));
            List<String> lines = listen(bailey);
            await().atMost(Duration.ofSeconds(10)).until(() -> lines.contains("event: status"));
            await().atMost(Duration.ofSeconds(10)).until(() -> told(lines, "before you came"));
            bailey.narrator.tell(new ToldView(Samples.AT, Optional.of("orders"), "good", "one step on"));
            await().atMost(Duration.ofSeconds(10)).until(() -> told(lines, "one step on"));
            long statuses = lines.stream().filter("event: status"::equals).count();
            assertThat(statuses).isEqualTo(1);

            bailey.samples.compared = 2_000;
            bailey.offsetSeconds.incrementAndGet();
            await().atMost(Duration.ofSeconds(10)).until(() -> told(lines, "\"compared\":2000"));
        }
    }

    @Test
    void refusesMoreViewersThanItsBound() throws Exception {
        try (FakeBailey bailey = new FakeBailey(
                folder, config -> new AdminConfig(config.host(), 0, config.hostNames(), true, 1 << 20, 1, "0.1.0"))) {
            List<String> lines = listen(bailey);
            await().atMost(Duration.ofSeconds(10)).until(() -> !lines.isEmpty());
            assertThat(bailey.get("/api/v1/events", bailey.local).statusCode()).isEqualTo(429);
            assertThat(bailey.get("/api/v1/events", null).statusCode()).isEqualTo(401);
        }
    }

    private static boolean told(List<String> lines, String text) {
        return lines.stream().anyMatch(line -> line.startsWith("data: ") && line.contains(text));
    }

    private static List<String> listen(FakeBailey bailey) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(bailey.server.url() + "/api/v1/events"))
                .header("Authorization", "Bearer " + bailey.local)
                .build();
        HttpResponse<Stream<String>> answer = bailey.http.send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.body().forEach(lines::add);
            } catch (java.io.UncheckedIOException closed) {
                lines.add("closed");
            }
        });
        return lines;
    }
}
