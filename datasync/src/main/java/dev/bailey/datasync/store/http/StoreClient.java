package dev.bailey.datasync.store.http;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.DataSpec.HeaderValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends requests to one side's API: bounded in number, time and body. Headers and bodies are never logged. */
final class StoreClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final long LARGEST_BODY = 16L << 20;
    private static final int AT_ONCE = 8;

    private final String name;
    private final List<HeaderValue> headers;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final Semaphore slots = new Semaphore(AT_ONCE);

    StoreClient(String name, List<HeaderValue> headers) {
        this.name = name;
        this.headers = headers;
    }

    record Answer(int status, byte[] body) {
        boolean ok() {
            return status >= 200 && status < 300;
        }

        /** Not found or gone. */
        boolean absent() {
            return status == 404 || status == 410;
        }
    }

    /**
     * Sends one request; whatever a later try may change comes as an exception, as do refused credentials.
     *
     * @param doing what it is, for messages
     * @param before asked when its turn has come
     */
    Answer send(
            String method, URI uri, Optional<byte[]> body, Map<String, String> more, String doing, BeforeWrite before)
            throws StoreException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofByteArray)
                                .orElseGet(HttpRequest.BodyPublishers::noBody));
        if (body.isPresent()) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(header -> request.setHeader(header.name(), header.value()));
        more.forEach(request::setHeader);
        Answer answer = exchange(request.build(), doing, before);
        int status = answer.status;
        if (status == 401 || status == 403) {
            throw new StoreException(name + ": " + doing + " was answered " + status
                    + "; give the store's `headers` credentials that may do it");
        }
        if (status >= 500 || status == 408 || status == 429) {
            throw new StoreException(name + ": " + doing + " was answered " + status);
        }
        return answer;
    }

    private Answer exchange(HttpRequest request, String doing, BeforeWrite before) throws StoreException {
        try {
            if (!slots.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException(name + ": " + doing + " waited " + TIMEOUT.toSeconds() + " s for one of "
                        + AT_ONCE + " requests at once");
            }
            try {
                before.mayWrite();
                HttpResponse<byte[]> response =
                        http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_BODY));
                return new Answer(response.statusCode(), response.body());
            } finally {
                slots.release();
            }
        } catch (IOException e) {
            throw new StoreException(
                    name + ": " + doing + " failed: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(name + ": interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
