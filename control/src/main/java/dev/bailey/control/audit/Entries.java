package dev.bailey.control.audit;

import dev.bailey.control.access.Hash;
import dev.bailey.control.state.AuditTable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Entries as rows: canonical JSON (keys sorted, no spaces) and the hash over it and the row before. */
final class Entries {

    /** Stands before the first entry. */
    static final String GENESIS = "0".repeat(64);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Entries() {}

    static AuditTable.Row row(AuditEntry entry, String previousHash) {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("sequence", entry.sequence());
        fields.put("at", entry.at().toString());
        fields.put("actor", entry.actor());
        fields.put("kind", entry.kind().name());
        entry.of().ifPresent(of -> fields.put("of", of));
        fields.put("action", entry.action());
        entry.subject().ifPresent(subject -> fields.put("subject", subject));
        fields.put("reason", entry.reason());
        entry.outcome().ifPresent(outcome -> fields.put("outcome", outcome));
        fields.put("message", entry.message());
        fields.put("detail", entry.detail());
        String json = MAPPER.writeValueAsString(fields);
        return new AuditTable.Row(entry.sequence(), json, hash(previousHash, json));
    }

    static String hash(String previousHash, String json) {
        return Hash.of(previousHash + "\n" + json);
    }

    /** The sequence the entry itself claims; -1 when it cannot be read. */
    static long claimedSequence(AuditTable.Row row) {
        try {
            return MAPPER.readTree(row.entry()).path("sequence").asLong(-1);
        } catch (tools.jackson.core.JacksonException broken) {
            return -1;
        }
    }

    static AuditEntry entry(AuditTable.Row row) {
        JsonNode node = MAPPER.readTree(row.entry());
        return new AuditEntry(
                row.sequence(),
                Instant.parse(node.path("at").asString()),
                node.path("actor").asString(),
                AuditEntry.Kind.valueOf(node.path("kind").asString()),
                node.has("of") ? Optional.of(node.path("of").asLong()) : Optional.empty(),
                node.path("action").asString(),
                text(node, "subject"),
                node.path("reason").asString(),
                text(node, "outcome"),
                node.path("message").asString(),
                node.path("detail").asString(),
                row.hash());
    }

    private static Optional<String> text(JsonNode node, String name) {
        return node.has(name) ? Optional.of(node.path(name).asString()) : Optional.empty();
    }
}
