package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.Text;
import dev.bailey.model.route.VersionHeaders;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.VersionSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Tells which version a request asks for, counts its use, and has the answer say when the version ends. Thread-safe. */
final class Versions {

    private final VersionUse use;
    private final Map<SliceName, OfSlice> slices = new ConcurrentHashMap<>();

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

    /** What is known of a slice's versions by their places in the file, as a request finds it without looking anything up. */
    private final class OfSlice {
        private final SliceSpec slice;
        private final Ending[] endings;
        private final AtomicReferenceArray<VersionUse.@Nullable Count> unnamed;

        OfSlice(SliceSpec slice) {
            this.slice = slice;
            this.endings = slice.versions().stream().map(Versions::made).toArray(Ending[]::new);
            this.unnamed = new AtomicReferenceArray<>(endings.length);
        }

        VersionUse.Count unnamed(int index) {
            VersionUse.Count known = unnamed.get(index);
            if (known == null) {
                known = named(index, VersionUse.UNNAMED);
                unnamed.set(index, known);
            }
            return known;
        }

        VersionUse.Count named(int index, String consumer) {
            return use.of(slice.name(), slice.versions().get(index).name(), consumer);
        }
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
        OfSlice known = known(slice);
        Text consumer = exchange.lane().text();
        boolean named = Router.consumer(snapshot, exchange.facts(), decided, consumer);
        (named ? known.named(index, consumer.toString()) : known.unnamed(index)).count();
        exchange.endsWith(known.endings[index]);
    }

    @SuppressWarnings("ReferenceEquality") // a file applied has declarations of its own
    private OfSlice known(SliceSpec slice) {
        OfSlice known = slices.get(slice.name());
        if (known == null || known.slice != slice) {
            known = new OfSlice(slice);
            slices.put(slice.name(), known);
        }
        return known;
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
