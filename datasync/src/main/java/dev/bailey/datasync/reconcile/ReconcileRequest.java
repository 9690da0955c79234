package dev.bailey.datasync.reconcile;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a reconcile is to do.
 *
 * @param repair refresh what differs
 * @param dryRun only list, whatever {@code repair} says
 * @param spread time the pass is to take, of which what was written lately is looked at again and again; empty for no longer than it must
 * @param rate most entities a second; 0 for as fast as the stores let it
 */
public record ReconcileRequest(boolean repair, boolean dryRun, Optional<Duration> spread, long rate) {

    /** As a job keeps it. */
    public Map<String, String> asMap() {
        Map<String, String> map = new TreeMap<>();
        map.put("repair", Boolean.toString(repair));
        map.put("dryRun", Boolean.toString(dryRun));
        spread.ifPresent(time -> map.put("spread", time.toString()));
        if (rate > 0) {
            map.put("rate", Long.toString(rate));
        }
        return map;
    }

    public static ReconcileRequest of(Map<String, String> map) {
        return new ReconcileRequest(
                Boolean.parseBoolean(map.get("repair")),
                Boolean.parseBoolean(map.get("dryRun")),
                Optional.ofNullable(map.get("spread")).map(Duration::parse),
                Long.parseLong(map.getOrDefault("rate", "0")));
    }

    boolean repairs() {
        return repair && !dryRun;
    }
}
