package dev.bailey.app.cli;

import dev.bailey.control.api.ApiJson;
import dev.bailey.control.api.ErrorView;
import dev.bailey.control.api.GateView;
import dev.bailey.model.phase.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** Talks to Bailey's admin port. Every failure is an {@link ApiFailure} that says what to do. Thread-safe. */
final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final String url;
    private final Optional<String> token;

    ApiClient(String url, Optional<String> token) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.token = token;
    }

    /** The answer's text, for a path under {@code /api/v1} and query parameters (empty values are left out). */
    String get(String path, Map<String, String> query) {
        return send("GET", path + query(query), "", "application/json");
    }

    String post(String path, Map<String, Object> body) {
        return send("POST", path, ApiJson.mapper().writeValueAsString(body), "application/json");
    }

    String postYaml(String path, Map<String, String> query, String yaml) {
        return send("POST", path + query(query), yaml, "application/yaml");
    }

    String delete(String path, Map<String, String> query) {
        return send("DELETE", path + query(query), "", "application/json");
    }

    static <T> T read(String json, Class<T> type) {
        try {
            return ApiJson.mapper().readValue(json, type);
        } catch (JacksonException e) {
            throw strange(e);
        }
    }

    static <T> T read(String json, TypeReference<T> type) {
        try {
            return ApiJson.mapper().readValue(json, type);
        } catch (JacksonException e) {
            throw strange(e);
        }
    }

    /** A name as part of a path. */
    static String part(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ApiFailure strange(JacksonException e) {
        return new ApiFailure("the server's answer is not what this bailey understands (" + e.getOriginalMessage()
                + "); are both of the same version, and is --url Bailey's admin port?");
    }

    private String send(String method, String path, String body, String contentType) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                    .timeout(ANSWER)
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            if (!body.isEmpty()) {
                request.header("Content-Type", contentType);
            }
            token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw refused(answer);
            }
            return answer.body();
        } catch (IllegalArgumentException e) {
            throw new ApiFailure("--url \"" + url + "\" is not an address (expected like http://127.0.0.1:7070)");
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw ApiFailure.nobodyThere("no Bailey answers at " + url
                    + "; start one with `bailey run FILE`, or name its admin port with --url or BAILEY_URL");
        } catch (HttpTimeoutException e) {
            throw new ApiFailure("no answer from " + url + " within " + ANSWER.toSeconds()
                    + " s; look at its log, then at `bailey audit` for what was done");
        } catch (IOException e) {
            throw new ApiFailure("the connection to " + url + " broke (" + e.getMessage()
                    + "); is it Bailey's admin port? Look at `bailey audit` for what was done");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiFailure("interrupted; what was begun may go on, see `bailey status`");
        }
    }

    private ApiFailure refused(HttpResponse<String> answer) {
        ErrorView error;
        try {
            error = ApiJson.mapper().readValue(answer.body(), ErrorView.class);
        } catch (JacksonException e) {
            return new ApiFailure("HTTP " + answer.statusCode() + " from " + url
                    + ", and not in Bailey's words; is --url its admin port?");
        }
        String remedy = answer.statusCode() == 401 && token.isEmpty()
                ? "name a token with --token or BAILEY_TOKEN, or the data folder of a local Bailey with --data"
                : error.remedy();
        String gates = error.gates().stream()
                .filter(gate -> gate.verdict() != Verdict.PASS)
                .map(ApiClient::line)
                .collect(Collectors.joining());
        return new ApiFailure(error.message() + "; " + remedy + gates, answer.body());
    }

    private static String line(GateView gate) {
        return System.lineSeparator() + "  " + ApiJson.label(gate.verdict()) + "  " + gate.gate() + ": "
                + gate.message();
    }

    private static String query(Map<String, String> query) {
        String text = query.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> entry.getKey() + "=" + part(entry.getValue()))
                .collect(Collectors.joining("&"));
        return text.isEmpty() ? "" : "?" + text;
    }

    @Override
    public void close() {
        http.close();
    }
}
