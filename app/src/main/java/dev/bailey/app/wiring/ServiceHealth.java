package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Health;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.ServiceSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks the services' health checks. */
final class ServiceHealth implements Health, AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final MigrationSpec spec;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    ServiceHealth(MigrationSpec spec) {
        this.spec = spec;
    }

    @Override
    public Answer check(Side side) {
        ServiceSpec service = spec.service(side);
        if (service.health().isEmpty()) {
            return new Answer(false, side.label() + " declares no health check (add `health: /path` to it)");
        }
        URI address = URI.create(service.url().toString().replaceFirst("/$", "")
                + service.health().get());
        long started = System.nanoTime();
        try {
            HttpResponse<Void> answer =
                    client.send(HttpRequest.newBuilder(address).timeout(LIMIT).build(), BodyHandlers.discarding());
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            return new Answer(answer.statusCode() / 100 == 2, answer.statusCode() + " in " + tookMs + " ms");
        } catch (IOException unreachable) {
            String why = unreachable.getMessage() == null
                    ? unreachable.getClass().getSimpleName()
                    : unreachable.getMessage();
            return new Answer(false, address + " cannot be reached: " + why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(false, "interrupted");
        }
    }

    @Override
    public Contracts contracts(SliceName slice) {
        return new Contracts.NoneDeclared();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
