package dev.bailey.benchmarks.writes;

import dev.bailey.benchmarks.machine.Today;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What becomes of a write: a slice each, of one gateway. */
enum Way {
    LEGACY_ALONE("legacy alone", "plain"),
    REPLAY("dual write, replayed", "replayed"),
    REFRESH("dual write, refreshed", "refreshed");

    final String words;
    final String slice;

    Way(String words, String slice) {
        this.words = words;
        this.slice = slice;
    }

    boolean replicates() {
        return this != LEGACY_ALONE;
    }

    /** A migration file with a slice for each. */
    static String migration(int listen, int admin, int legacy, int modern) {
        return """
                bailey: 1
                migration: writes
                owner: benchmarks
                finishBy: %s
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:%d
                legacy: { url: "http://127.0.0.1:%d" }
                modern: { url: "http://127.0.0.1:%d" }
                slices:
                """.formatted(Today.date().plusYears(1), listen, admin, legacy, modern)
                + Arrays.stream(values()).map(Way::text).collect(Collectors.joining());
    }

    private String text() {
        return """
                  s0:
                    entity: path:id
                    routes: [ "GET /s0/{id}", "PUT /s0/{id}", "DELETE /s0/{id}" ]
                    writes: { replicate: %s, idempotency: natural }
                    data:
                      key: id
                      legacy: { get: "GET /s0/{key}", put: "PUT /s0/{key}", delete: "DELETE /s0/{key}", list: "GET /s0?after={cursor}&limit=500" }
                      modern: { get: "GET /s0/{key}", put: "PUT /s0/{key}", delete: "DELETE /s0/{key}", list: "GET /s0?after={cursor}&limit=500" }
                """.formatted(this == REFRESH ? "refresh" : "replay")
                .replace("s0", slice)
                .indent(2);
    }
}
