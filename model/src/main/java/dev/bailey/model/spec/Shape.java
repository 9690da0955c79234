package dev.bailey.model.spec;

import dev.bailey.model.phase.GateName;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The maps of a migration file and the keys each knows: the one list that the reader, its suggestions and the check of
 * the JSON Schema are made from. The schema's definition of a shape is named by {@link #definition()}.
 */
enum Shape {
    FILE(
            "file",
            "bailey",
            "migration",
            "owner",
            "finishBy",
            "listen",
            "admin",
            "store",
            "legacy",
            "modern",
            "tls",
            "slices",
            "gateway"),
    TLS("tls", "certificate", "key", "clientCa", "clientAuth", "minVersion"),
    SERVICE(
            "service",
            "url",
            "health",
            "code",
            "contract",
            "addresses",
            "http",
            "tls",
            "check",
            "eject",
            "connections",
            "warm"),
    SERVICE_TLS("serviceTls", "ca", "certificate", "key", "serverName"),
    CHECK("check", "interval", "timeout", "healthyAfter", "unhealthyAfter"),
    EJECT("eject", "failures", "for", "most"),
    SLICE(
            "slice",
            "state",
            "strategy",
            "entity",
            "routes",
            "translate",
            "writes",
            "data",
            "shadow",
            "compare",
            "ramp",
            "cohorts",
            "allow",
            "deny",
            "limits",
            "gates",
            "versions",
            "consumers",
            "pins",
            "feeds"),
    ROUTE("route", "match", "entity", "missing", "as", "host", "headers", "query", "translate"),
    TRANSLATE("translate", "modern"),
    TRANSLATION("translation", "request", "response"),
    TRANSLATE_REQUEST("translateRequest", "path", "body"),
    TRANSLATE_RESPONSE("translateResponse", "body"),
    WRITES("writes", "replicate", "idempotency", "ack", "ackLimit", "onReject", "onJournalFull", "compensate"),
    IDEMPOTENCY("idempotency", "header", "by", "keep", "most", "consumer"),
    DATA("data", "key", "version", "conflict", "legacy", "modern", "backfill", "reconcile", "replay"),
    BACKFILL("backfill", "workers", "rate", "chunk", "lag", "lagQuery"),
    RECONCILE("reconcile", "every"),
    REPLAY("replay", "servers", "topic", "key", "state", "document", "rate", "except", "truncated", "properties"),
    SQL_STORE("sqlStore", "jdbc", "user", "password", "read", "children", "write"),
    REDIS_STORE("redisStore", "redis", "user", "password", "keys", "value", "expires", "ttl", "read", "write"),
    WRITE_TABLE("writeTable", "table", "columns", "values", "ids", "parts", "children", "marks"),
    PART_TABLE("partTable", "key", "columns", "values", "before"),
    CHILD_TABLE("childTable", "table", "parent", "key", "columns", "values", "ids"),
    ID_TABLE("idTable", "table", "key", "own", "mint"),
    HTTP_STORE("httpStore", "get", "put", "delete", "list", "items", "read", "write", "headers"),
    FEED("feed", "name", "batch", "outbox", "capture", "topic"),
    OUTBOX("outbox", "side", "table", "id", "key", "where", "by", "every", "jdbc", "user", "password"),
    CAPTURE("capture", "side", "tables", "patterns", "slot", "jdbc", "user", "password"),
    TOPIC("topic", "side", "servers", "topic", "key", "from", "properties"),
    SHADOW("shadow", "sample", "timeout", "concurrency", "maxBody"),
    COMPARE(
            "compare",
            "ignore",
            "number",
            "time",
            "zone",
            "unordered",
            "keyed",
            "treatAsEqual",
            "mapped",
            "headers",
            "redact",
            "accept"),
    ACCEPTED("accepted", "signature", "owner", "until", "why"),
    RAMP("ramp", "steps", "dwell"),
    COHORT("cohort", "header", "jwt", "query", "cookie", "keys", "in"),
    LIMITS("limits", "timeout", "breaker", "rate", "concurrency", "retry", "fallbackAfter"),
    BREAKER("breaker", "failures", "of", "open"),
    RATE("rate", "legacy", "modern"),
    CONCURRENCY("concurrency", "legacy", "modern"),
    RETRY("retry", "budget", "attempts"),
    VERSION("version", "path", "header", "query", "deprecated", "sunset", "link"),
    PINS("pins", "by", "ttl", "max"),
    GATES(
            "gates",
            "burnIn",
            "window",
            "divergence",
            "differences",
            "minSamples",
            "latency",
            "errors",
            "lag",
            "rehearsalAge",
            "bake",
            "stall",
            "onFail",
            "onFailOf"),
    LATENCY("latency", "p99", "floor"),
    ERRORS("errors", "add"),
    ON_FAIL_OF("onFailOf", Arrays.stream(GateName.values()).map(GateName::label).toArray(String[]::new)),
    GATEWAY(
            "gateway",
            "sideHeader",
            "maxBodyKept",
            "connectTimeout",
            "idleTimeout",
            "drain",
            "maxConnections",
            "maxUpstreamConnections",
            "entityQueue",
            "entityWait",
            "maxHeldWrites",
            "maxUndelivered",
            "deliveryConcurrency",
            "keepDelivered",
            "headTimeout",
            "minBodyRate",
            "maxInFlight",
            "shedAfter",
            "proxyProtocol",
            "trustForwarded",
            "http2",
            "eventLoops",
            "takeOverWait",
            "nodes"),
    HTTP2("http2", "maxStreams", "maxHeaderList", "maxResetsPerSecond", "window");

    private final String definition;

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and kept as a set for its order
    private final Set<String> keys;

    Shape(String definition, String... keys) {
        this.definition = definition;
        this.keys = Collections.unmodifiableSet(new LinkedHashSet<>(List.of(keys)));
    }

    String definition() {
        return definition;
    }

    boolean knows(String key) {
        return keys.contains(key);
    }

    Set<String> keys() {
        return keys;
    }

    /** The keys as a person lists them, in the order of the documentation. */
    String listed() {
        return String.join(", ", keys);
    }

    /** The key that a word unknown here is likely to mean; empty for a known word. */
    Optional<String> nearest(String unknown) {
        return knows(unknown) ? Optional.empty() : Nearest.of(unknown, keys);
    }

    /** What to do about a key this shape does not know: the nearest it knows, else where the key belongs, else all it knows. */
    String remedyFor(String unknown) {
        Optional<String> near = nearest(unknown);
        if (near.isPresent()) {
            return "did you mean '" + near.get() + "'?";
        }
        String homes = Arrays.stream(values())
                .filter(shape -> shape != ON_FAIL_OF && shape.knows(unknown))
                .map(shape -> "'" + shape.definition + "'")
                .collect(Collectors.joining(" or "));
        return homes.isEmpty() ? "known keys here: " + listed() : "that key belongs into " + homes;
    }
}
