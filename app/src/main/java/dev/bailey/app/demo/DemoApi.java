package dev.bailey.app.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demonstration's hands: the same API that console and command line use, at whichever node leads. Thread-safe. */
final class DemoApi {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NOT_LEADING = 421;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final JsonMapper json = JsonMapper.shared();
    private final List<URI> bases;
    private final String token;
    private volatile int current;

    DemoApi(URI base, String token) {
        this(List.of(base), token);
    }

    /** @param bases of the nodes, one of which leads */
    DemoApi(List<URI> bases, String token) {
        this.bases = List.copyOf(bases);
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
        return send(path, HttpRequest.Builder::GET);
    }

    Reply post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        String text = json.writeValueAsString(body);
        return send(
                path,
                request -> request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(text)));
    }

    /** Reads a page that is not part of the API. */
    void read(String path) throws IOException, InterruptedException {
        client.send(
                HttpRequest.newBuilder(bases.get(current).resolve(path))
                        .timeout(LIMIT)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.discarding());
    }

    /** Asks a node that does not lead no second time; one that does not answer may have done it, so that nobody else is asked. */
    private Reply send(String path, UnaryOperator<HttpRequest.Builder> with) throws IOException, InterruptedException {
        int asked = current;
        for (int tries = 1; ; tries++) {
            HttpRequest request = with.apply(
                            HttpRequest.newBuilder(bases.get(asked).resolve("/api/v1" + path))
                                    .timeout(LIMIT)
                                    .header("Authorization", "Bearer " + token))
                    .build();
            HttpResponse<String> answer;
            try {
                answer = client.send(request, BodyHandlers.ofString());
            } catch (ConnectException nobody) {
                asked = next(asked);
                if (tries >= bases.size()) {
                    throw nobody;
                }
                continue;
            } catch (IOException cut) {
                next(asked);
                throw cut;
            }
            if (answer.statusCode() != NOT_LEADING || tries >= bases.size()) {
                String body = answer.body().isBlank() ? "{}" : answer.body();
                return new Reply(answer.statusCode(), json.readTree(body));
            }
            asked = next(asked);
        }
    }

    private int next(int asked) {
        int next = (asked + 1) % bases.size();
        current = next;
        return next;
    }
}
