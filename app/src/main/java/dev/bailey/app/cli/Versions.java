package dev.bailey.app.cli;

import dev.bailey.control.api.Page;
import dev.bailey.control.api.StatusView;
import dev.bailey.control.api.VersionsView;
import dev.bailey.control.api.VersionsView.Consumer;
import dev.bailey.control.api.VersionsView.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;

/** Versions of interfaces, their ends, and who uses them. */
@Command(
        name = "versions",
        description = "Versions of a slice's interface (of all slices without SLICE), and who uses them.")
final class Versions extends Reads.Read {

    private static final TypeReference<Page<VersionsView>> PAGE = new TypeReference<>() {};

    @Parameters(arity = "0..1", paramLabel = "SLICE", description = "one slice")
    private @Nullable String slice;

    @Override
    String ask(ApiClient client) {
        if (slice != null) {
            return of(client, slice);
        }
        return ApiClient.read(client.get("/status", Map.of()), StatusView.class).slices().stream()
                .map(each -> of(client, each.name()))
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private static String of(ApiClient client, String slice) {
        return client.get("/slices/" + ApiClient.part(slice) + "/versions", Map.of());
    }

    @Override
    int show(String answer, Text text) {
        if (slice != null) {
            show(ApiClient.read(answer, VersionsView.class), text);
        } else {
            ApiClient.read(answer, PAGE).items().forEach(view -> show(view, text));
        }
        return 0;
    }

    private static void show(VersionsView view, Text text) {
        text.line(text.bold(view.slice()) + ", counted since " + view.since() + ": " + view.message());
        if (view.versions().isEmpty()) {
            return;
        }
        text.table(
                "",
                List.of("VERSION", "TOLD BY", "DEPRECATED", "SUNSET", "REQUESTS", "LINK"),
                view.versions().stream()
                        .map(version -> List.of(
                                version.name(),
                                version.told(),
                                version.deprecated().map(Object::toString).orElse("-"),
                                version.sunset().map(Object::toString).orElse("-"),
                                Text.number((double) version.requests()),
                                version.link().orElse("-")))
                        .toList());
        List<List<String>> consumers = new ArrayList<>();
        for (Version version : view.versions()) {
            for (Consumer consumer : version.consumers()) {
                consumers.add(List.of(
                        consumer.name(),
                        version.name(),
                        Text.number((double) consumer.requests()),
                        consumer.last().toString()));
            }
        }
        text.line("");
        text.table("nobody used them", List.of("CONSUMER", "VERSION", "REQUESTS", "LAST"), consumers);
    }
}
