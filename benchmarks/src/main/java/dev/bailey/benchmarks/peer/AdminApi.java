package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The part of Bailey's API the benchmarks need. */
public final class AdminApi implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    /** @param data the node's data folder, which has its token */
    public AdminApi(int port, Path data) {
        this.url = "http://127.0.0.1:" + port;
        try {
            this.token = Files.readString(data.resolve("token")).strip();
        } catch (IOException unreadable) {
            throw new BenchFailure("Bailey's local token cannot be read", unreadable);
        }
    }

    /** One forced step of a slice; {@code step} is further JSON members, such as {@code "ramp":"50%"}. Returns where it stands, as JSON. */
    public String advance(String slice, String step) throws InterruptedException {
        String body = "{\"reason\":\"benchmark\",\"force\":true," + step + "}";
        return post("/slices/" + slice + "/advance", body);
    }

    /** Sends a command and returns its answer, both JSON. */
    public String post(String path, String body) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A page of the API, as JSON. */
    public String get(String path) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/v1" + path)));
    }

    /** All metrics in Prometheus' text form. */
    String metrics() throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + "/metrics")));
    }

    private String send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest built = request.timeout(ANSWER)
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<String> answer = http.send(built, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new BenchFailure(built.method() + " " + built.uri() + " was answered " + answer.statusCode()
                        + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException failed) {
            throw new BenchFailure(built.method() + " " + built.uri() + " failed", failed);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
