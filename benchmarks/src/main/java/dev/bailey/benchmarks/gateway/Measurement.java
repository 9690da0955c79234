package dev.bailey.benchmarks.gateway;

import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.machine.CpuTime;

/**
 * One proxy under one load, once.
 *
 * @param cpu what the proxy's processes used meanwhile
 * @param others share of the proxy's core that went to other processes, 0 to 1; above a few hundredths the round is disturbed
 * @param load what the generator saw
 */
record Measurement(CpuTime cpu, double others, LoadResult load) {

    double userMicros() {
        return cpu.userMicros() / load.counted();
    }

    double systemMicros() {
        return cpu.systemMicros() / load.counted();
    }

    /** CPU time a request, in microseconds: the figure that neighbours on the machine move least. */
    double cpuMicros() {
        return userMicros() + systemMicros();
    }
}
