package dev.bailey.app.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demonstration's hands: the same API that console and command line use. */
final class DemoApi {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final JsonMapper json = JsonMapper.shared();
    private final URI base;
    private final String token;

    DemoApi(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** An answer with its status; the body is empty JSON when there is none. */
    record Reply(int status, JsonNode body) {

        boolean isDone() {
            return status / 100 == 2;
        }

        String message() {
            return body.path("message").asString("");
        }
    }

    Reply get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Reply post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body))));
    }

    /** Reads a page that is not part of the API. */
    void read(String path) throws IOException, InterruptedException {
        client.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(LIMIT)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve("/api/v1" + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        String body = answer.body().isBlank() ? "{}" : answer.body();
        return new Reply(answer.statusCode(), json.readTree(body));
    }
}
