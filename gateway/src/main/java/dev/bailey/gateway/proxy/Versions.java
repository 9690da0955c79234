package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.VersionHeaders;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.VersionSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells which version a request asks for, counts its use, and has the answer say when the version ends. Thread-safe. */
final class Versions {

    private final VersionUse use;
    private final Map<VersionSpec, byte[]> lines = new ConcurrentHashMap<>();

    Versions(VersionUse use) {
        this.use = use;
    }

    /** Of a request that was just decided. */
    void of(Exchange exchange, Snapshot snapshot, Decision decided) {
        SliceSpec slice = decided.spec();
        if (slice == null || slice.versions().isEmpty()) {
            return;
        }
        int index = Router.version(snapshot, exchange.facts(), decided);
        if (index < 0) {
            return;
        }
        VersionSpec version = slice.versions().get(index);
        boolean named = Router.consumer(
                snapshot, exchange.facts(), decided, exchange.lane().text());
        use.count(slice.name(), version.name(), named ? exchange.lane().text().toString() : VersionUse.UNNAMED);
        exchange.addToAnswer(lines.computeIfAbsent(version, Versions::lines));
    }

    private static byte[] lines(VersionSpec version) {
        VersionHeaders headers = VersionHeaders.of(version);
        ByteWriter out = new ByteWriter(256);
        headers.deprecation().ifPresent(value -> out.field("Deprecation", value));
        headers.sunset().ifPresent(value -> out.field("Sunset", value));
        headers.link().ifPresent(value -> out.field("Link", value));
        return out.toArray();
    }
}
