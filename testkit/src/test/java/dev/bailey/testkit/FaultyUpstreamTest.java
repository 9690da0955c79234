package dev.bailey.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyUpstreamTest {

    private final FaultyUpstream upstream = FaultyUpstream.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        upstream.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String key)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(upstream.url().resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header(FaultyUpstream.IDEMPOTENCY_KEY, key)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void keepsDocumentsAndMintsKeys() throws Exception {
        assertThat(send("PUT", "/orders/1", "one", "a").statusCode()).isEqualTo(201);
        HttpResponse<String> created = send("POST", "/orders", "two", "b");

        assertThat(created.headers().firstValue("Location")).contains("/orders/1");
        assertThat(send("GET", "/orders/1", "", "c").body()).isEqualTo("two");
        assertThat(send("DELETE", "/orders/1", "", "d").statusCode()).isEqualTo(204);
        assertThat(send("GET", "/orders/1", "", "e").statusCode()).isEqualTo(404);
        assertThat(upstream.documents()).isEmpty();
    }

    @Test
    void appliesAKeyOnceUnlessItIsToldNotTo() throws Exception {
        String first = send("POST", "/orders", "x", "k").body();
        assertThat(send("POST", "/orders", "x", "k").body()).isEqualTo(first);
        assertThat(upstream.applications("k")).isEqualTo(1);

        upstream.honoursKeys(false);
        send("POST", "/orders", "x", "k");
        assertThat(upstream.applications("k")).isEqualTo(2);
        assertThat(upstream.documents()).hasSize(2);
    }

    @Test
    void failsBeforeAndAfterApplying() throws Exception {
        upstream.then(new Fault.FailBefore(503), new Fault.FailAfter(500));

        assertThat(send("PUT", "/a", "x", "before").statusCode()).isEqualTo(503);
        assertThat(upstream.documents()).isEmpty();
        assertThat(send("PUT", "/b", "y", "after").statusCode()).isEqualTo(500);
        assertThat(upstream.documents()).containsEntry("/b", "y");
        assertThat(send("PUT", "/b", "y", "after").statusCode()).isEqualTo(201);
        assertThat(upstream.applications("after")).isEqualTo(1);
    }

    @Test
    void cutsTheConnectionAfterApplying() {
        upstream.always(request -> new Fault.CutAfter());

        assertThatThrownBy(() -> send("PUT", "/a", "x", "k")).isInstanceOf(IOException.class);
        assertThat(upstream.documents()).containsEntry("/a", "x");
    }

    @Test
    void answersLate() {
        upstream.then(new Fault.Delay(Duration.ofSeconds(60)));
        HttpRequest request = HttpRequest.newBuilder(upstream.url().resolve("/a"))
                .timeout(Duration.ofMillis(200))
                .build();

        assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(java.net.http.HttpTimeoutException.class);
    }

    @Test
    void refusesConnectionsUntilItComesBack() throws Exception {
        send("PUT", "/a", "x", "k");
        upstream.goAway();
        assertThatThrownBy(() -> send("GET", "/a", "", "l")).isInstanceOf(ConnectException.class);

        upstream.comeBack();
        assertThat(send("GET", "/a", "", "m").body()).isEqualTo("x");
    }
}
