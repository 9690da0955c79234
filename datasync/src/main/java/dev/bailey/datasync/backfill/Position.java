package dev.bailey.datasync.backfill;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a backfill stands, as it is kept.
 *
 * @param total documents expected, an estimate
 */
record Position(Ledger ledger, long total, BackfillResult soFar) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Position of(JsonNode kept) {
        return JSON.treeToValue(kept, Position.class);
    }

    JsonNode kept() {
        return JSON.valueToTree(this);
    }
}
