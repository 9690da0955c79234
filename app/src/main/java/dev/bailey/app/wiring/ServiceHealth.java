package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Health;
import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedAnswer.Answered;
import dev.bailey.gateway.upstream.BufferedAnswer.Failed;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.ServiceSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Asks the services' health checks, in the way they are reached for everything else. Thread-safe. */
final class ServiceHealth implements Health {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final int MAX_CONTRACT_BYTES = 16 << 20;

    private final MigrationSpec spec;
    private final SideClient client;

    ServiceHealth(MigrationSpec spec, SideClient client) {
        this.spec = spec;
        this.client = client;
    }

    @Override
    public Answer check(Side side) {
        ServiceSpec service = spec.service(side);
        if (service.health().isEmpty()) {
            return new Answer(false, side.label() + " declares no health check (add `health: /path` to it)");
        }
        String path = service.health().get();
        return switch (ask(side, path, MAX_ANSWER_BYTES)) {
            case Answered answer ->
                new Answer(
                        answer.status() / 100 == 2,
                        answer.status() + " in " + answer.took().toMillis() + " ms");
            case Failed failed -> new Answer(false, address(service, path) + ": " + failed.message());
        };
    }

    private BufferedAnswer ask(Side side, String path, int maxBytes) {
        return client.send(side, new BufferedRequest("GET", path, List.of(), new byte[0]), LIMIT, maxBytes)
                .toCompletableFuture()
                .join();
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
        String path = spec.service(side).contract().orElseThrow();
        URI address = address(spec.service(side), path);
        return switch (ask(side, path, MAX_CONTRACT_BYTES)) {
            case Answered answer -> {
                String text = new String(answer.body(), StandardCharsets.UTF_8);
                Object document = new Load(LoadSettings.builder().build()).loadFromString(text);
                if (answer.status() != 200 || !(document instanceof Map<?, ?> map)) {
                    throw new IllegalStateException(
                            address + " answered " + answer.status() + " and no OpenAPI document");
                }
                yield map;
            }
            case Failed failed -> throw new IllegalStateException(address + " cannot be read: " + failed.message());
        };
    }

    private static URI address(ServiceSpec service, String path) {
        return URI.create(service.url().toString().replaceFirst("/$", "") + path);
    }
}
