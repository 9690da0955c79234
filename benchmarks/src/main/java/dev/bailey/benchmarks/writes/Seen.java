package dev.bailey.benchmarks.writes;

import dev.bailey.benchmarks.load.LoadResult;

/**
 * One load on one way, once.
 *
 * @param load what clients saw
 * @param written writes that came to legacy
 * @param cpuMicros CPU time of the gateway until everything was at both sides
 * @param drainedMs how long after the last answer that was
 */
record Seen(LoadResult load, long written, double cpuMicros, double drainedMs, Account account) {

    private static final double MS = 1_000;

    double perSecond() {
        return load.ok() / load.get("seconds");
    }

    /** At both sides. */
    double settledPerSecond() {
        return written / (load.get("seconds") + drainedMs / MS);
    }

    double cpuEach() {
        return cpuMicros / written;
    }

    double p50() {
        return load.get("p50");
    }

    double p99() {
        return load.get("p99");
    }

    /** Refused, shed or failed. */
    long refused() {
        return load.failures() + (long) load.get("shed");
    }
}
