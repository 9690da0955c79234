package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Health;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.ServiceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Asks the services' health checks. Thread-safe. */
final class ServiceHealth implements Health, AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final MigrationSpec spec;
    private @Nullable HttpClient client;

    ServiceHealth(MigrationSpec spec) {
        this.spec = spec;
    }

    /** Made at the first question: it takes longer to make than all the rest of the start. */
    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(LIMIT)
                    .build();
            client = made;
        }
        return made;
    }

    @Override
    public Answer check(Side side) {
        ServiceSpec service = spec.service(side);
        if (service.health().isEmpty()) {
            return new Answer(false, side.label() + " declares no health check (add `health: /path` to it)");
        }
        URI address = address(service, service.health().get());
        long started = System.nanoTime();
        try {
            HttpResponse<Void> answer =
                    client().send(HttpRequest.newBuilder(address).timeout(LIMIT).build(), BodyHandlers.discarding());
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
        if (spec.legacy().contract().isEmpty() || spec.modern().contract().isEmpty()) {
            return new Contracts.NoneDeclared();
        }
        return new ContractCheck(contract(Side.LEGACY), contract(Side.MODERN))
                .check(spec.slice(slice).orElseThrow());
    }

    /** A side's OpenAPI document; JSON is YAML too. */
    private Map<?, ?> contract(Side side) {
        URI address = address(spec.service(side), spec.service(side).contract().orElseThrow());
        try {
            HttpResponse<String> answer =
                    client().send(HttpRequest.newBuilder(address).timeout(LIMIT).build(), BodyHandlers.ofString());
            Object document = new Load(LoadSettings.builder().build()).loadFromString(answer.body());
            if (answer.statusCode() != 200 || !(document instanceof Map<?, ?> map)) {
                throw new IllegalStateException(
                        address + " answered " + answer.statusCode() + " and no OpenAPI document");
            }
            return map;
        } catch (IOException unreachable) {
            throw new UncheckedIOException(address + " cannot be read", unreachable);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + address + " was read", e);
        }
    }

    private static URI address(ServiceSpec service, String path) {
        return URI.create(service.url().toString().replaceFirst("/$", "") + path);
    }

    @Override
    public synchronized void close() {
        HttpClient made = client;
        if (made != null) {
            made.shutdownNow();
        }
    }
}
