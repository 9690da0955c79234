package dev.bailey.examples.orders.service;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Faults a service shows on purpose.
 *
 * @param rounding totals whose cents end in 5 are one cent too low in the answer to reading one order; stored data stays right
 * @param latencyMs every request waits this long first
 * @param errorPercent share of requests answered 500 before anything is done
 * @param cutPercent share of requests that are carried out and then cut off without an answer
 * @param outage every connection is dropped before anything is done
 */
public record Defects(boolean rounding, int latencyMs, int errorPercent, int cutPercent, boolean outage) {

    public static final Defects NONE = new Defects(false, 0, 0, 0, false);

    /** A request is never held longer than this. */
    static final int MAX_LATENCY_MS = 60_000;

    public Defects {
        range("latencyMs", latencyMs, MAX_LATENCY_MS);
        range("errorPercent", errorPercent, 100);
        range("cutPercent", cutPercent, 100);
    }

    private static void range(String name, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(name + " " + value + " (expected 0 to " + most + ")");
        }
    }

    /** These defects with the members of a document changed; members it does not name stay. */
    Defects changed(JsonNode change) {
        for (String name : change.propertyNames()) {
            if (!json().has(name)) {
                throw new IllegalArgumentException(
                        "defect " + name + " (expected rounding, latencyMs, errorPercent, cutPercent or outage)");
            }
        }
        return new Defects(
                change.path("rounding").asBoolean(rounding),
                change.path("latencyMs").asInt(latencyMs),
                change.path("errorPercent").asInt(errorPercent),
                change.path("cutPercent").asInt(cutPercent),
                change.path("outage").asBoolean(outage));
    }

    ObjectNode json() {
        return JsonMapper.shared()
                .createObjectNode()
                .put("rounding", rounding)
                .put("latencyMs", latencyMs)
                .put("errorPercent", errorPercent)
                .put("cutPercent", cutPercent)
                .put("outage", outage);
    }
}
