package dev.bailey.benchmarks.gateway;

import dev.bailey.benchmarks.load.LoadPlan;
import java.time.Duration;
import java.util.List;

/**
 * One kind of load.
 *
 * @param name as the report shows it
 * @param rate requests a second; 0 saturates
 * @param connections client connections
 * @param large whether answers have 10 KiB instead of 200 bytes
 */
record Scenario(String name, int rate, int connections, boolean large) {

    static final List<Scenario> ALL = List.of(
            new Scenario("200 B, 64 connections, saturated", 0, 64, false),
            new Scenario("200 B, 256 connections, saturated", 0, 256, false),
            new Scenario("10 KiB, 64 connections, saturated", 0, 64, true),
            new Scenario("10 KiB, 256 connections, saturated", 0, 256, true),
            new Scenario("200 B, 64 connections, 5,000/s", 5_000, 64, false),
            new Scenario("200 B, 64 connections, 20,000/s", 20_000, 64, false));

    private static final int LEAD_SECONDS = 2;

    boolean isAtFixedRate() {
        return rate > 0;
    }

    Duration lead() {
        return isAtFixedRate() ? Duration.ofSeconds(LEAD_SECONDS) : Duration.ZERO;
    }

    /** At a fixed rate latencies and CPU time count once connections and caches are those of a proxy in use. */
    LoadPlan plan(double seconds) {
        LoadPlan plan = new LoadPlan(connections, seconds, rate, large, List.of());
        return isAtFixedRate() ? plan.with("--lead", Integer.toString(LEAD_SECONDS)) : plan;
    }
}
