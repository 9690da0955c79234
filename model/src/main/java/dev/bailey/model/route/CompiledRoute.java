package dev.bailey.model.route;

import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.KeySource;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A route made ready to be asked by bytes: what it demands beside the path, and where its key comes from. Immutable. */
final class CompiledRoute {

    static final Comparator<CompiledRoute> MORE_SPECIFIC_FIRST =
            Comparator.comparingInt(CompiledRoute::demands).reversed();

    private static final String HEAD = "HEAD";

    final int sliceIndex;
    final SliceSpec slice;
    final RouteSpec spec;
    /** Where the key comes from, or its first part. */
    final ValueSource key;
    /** Where all parts of a key of several come from; empty for a key of one. */
    final ValueSource[] keyParts;
    /** The number of the template's name that is the whole key; -1 where it is none. */
    final int keyName;

    final boolean keyInBody;
    final boolean minted;
    final boolean write;
    private final String[] names;
    private final String method;
    private final boolean anyMethod;
    private final boolean get;
    private final boolean head;
    /** Whether it demands anything beside path and method. */
    private final boolean demanding;

    private final byte[] host;
    private final Demand[] headers;
    private final Demand[] query;

    /** @param names the template's names in the order of their segments */
    CompiledRoute(int sliceIndex, SliceSpec slice, RouteSpec spec, List<String> names) {
        this.sliceIndex = sliceIndex;
        this.slice = slice;
        this.spec = spec;
        KeySource entity = spec.entity();
        this.key = ValueSource.of(entity.parts().getFirst());
        this.keyParts = entity.isSingle()
                ? new ValueSource[0]
                : entity.parts().stream().map(ValueSource::of).toArray(ValueSource[]::new);
        this.keyInBody = entity.reads(EntitySource.Kind.BODY);
        this.minted = entity.isMinted();
        this.write = spec.write();
        this.names = names.toArray(String[]::new);
        this.keyName = entity.isSingle() && key.kind() == EntitySource.Kind.PATH ? name(key.name()) : -1;
        this.method = spec.method().intern();
        this.anyMethod = method.equals("*");
        this.get = method.equals("GET");
        this.head = method.equals(HEAD);
        this.host = spec.host().getBytes(StandardCharsets.UTF_8);
        this.headers = Demand.of(EntitySource.Kind.HEADER, spec.headers());
        this.query = Demand.of(EntitySource.Kind.QUERY, spec.query());
        this.demanding = host.length != 0 || headers.length != 0 || query.length != 0;
    }

    private int demands() {
        return (anyMethod ? 0 : 1) + (host.length == 0 ? 0 : 1) + headers.length + query.length;
    }

    /** The number of a name of the template; -1 where it has no such name. */
    int name(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    String[] names() {
        return names;
    }

    boolean namesHead() {
        return head;
    }

    /** Whether the route answers this method only for want of one that names HEAD. */
    boolean standsInForHead(String asked) {
        return get && asked.equals(HEAD);
    }

    /** Whether the route is for this method itself. */
    boolean isFor(String asked) {
        return anyMethod || method.equals(asked);
    }

    /** Whether the request has what the route demands beside path and method. */
    boolean isMet(RequestFacts facts, Text scratch) {
        return !demanding || isMetBy(facts, scratch);
    }

    private boolean isMetBy(RequestFacts facts, Text scratch) {
        if (host.length != 0 && !isHost(facts, scratch)) {
            return false;
        }
        for (Demand header : headers) {
            if (!RequestValues.header(facts, header.source.lowerCase(), scratch) || !scratch.shows(header.value)) {
                return false;
            }
        }
        for (Demand parameter : query) {
            if (!RequestValues.query(facts, parameter.source, scratch) || !scratch.shows(parameter.value)) {
                return false;
            }
        }
        return true;
    }

    /** Compares the host without its port, its letter case and a dot at its end. */
    private boolean isHost(RequestFacts facts, Text scratch) {
        if (!RequestValues.header(facts, "host", scratch)) {
            return false;
        }
        byte[] bytes = scratch.array();
        int from = scratch.from();
        int to = scratch.to();
        int colon = to - 1;
        while (colon >= from && bytes[colon] != ':' && bytes[colon] != ']') {
            colon--;
        }
        if (colon >= from && bytes[colon] == ':') {
            to = colon;
        }
        if (to > from && bytes[to - 1] == '.') {
            to--;
        }
        scratch.narrow(from, to);
        if (!scratch.isAscii()) {
            return spec.host().equalsIgnoreCase(scratch.toString());
        }
        if (to - from != host.length) {
            return false;
        }
        for (int i = 0; i < host.length; i++) {
            if (lower(bytes[from + i]) != lower(host[i])) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 0x20 : letter;
    }

    private record Demand(ValueSource source, byte[] value) {
        static Demand[] of(EntitySource.Kind kind, Map<String, String> wanted) {
            return wanted.entrySet().stream()
                    .map(entry -> new Demand(
                            ValueSource.of(new EntitySource(kind, entry.getKey())),
                            entry.getValue().getBytes(StandardCharsets.UTF_8)))
                    .toArray(Demand[]::new);
        }
    }
}
