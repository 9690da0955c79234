package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
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

    private static final int MAX_ENDINGS = 1_000;

    private final VersionUse use;
    private final Map<VersionSpec, Ending> endings = new ConcurrentHashMap<>();

    Versions(VersionUse use) {
        this.use = use;
    }

    /**
     * What answers of a version say about its end.
     *
     * @param lines of the head, each with its CR LF; not to be changed
     * @param replaced bits of the side's own fields that these stand in place of: of each there may be only one
     */
    record Ending(byte[] lines, long replaced) {}

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
        exchange.endsWith(ending(version));
    }

    private Ending ending(VersionSpec version) {
        Ending known = endings.get(version);
        if (known != null) {
            return known;
        }
        if (endings.size() >= MAX_ENDINGS) {
            endings.clear(); // of files that were in force before
        }
        return endings.computeIfAbsent(version, Versions::made);
    }

    private static Ending made(VersionSpec version) {
        VersionHeaders headers = VersionHeaders.of(version);
        ByteWriter out = new ByteWriter(256);
        headers.deprecation().ifPresent(value -> out.field("Deprecation", value));
        headers.sunset().ifPresent(value -> out.field("Sunset", value));
        headers.link().ifPresent(value -> out.field("Link", value));
        long replaced = (headers.deprecation().isPresent() ? Known.bit(Known.DEPRECATION) : 0)
                | (headers.sunset().isPresent() ? Known.bit(Known.SUNSET) : 0);
        return new Ending(out.toArray(), replaced);
    }
}
