package dev.bailey.control.orchestrate;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Bounds of the control plane, with their defaults.
 *
 * @param commandWait how long a command waits for another one on the same slice
 * @param tick time between two looks of the watch
 * @param reconcileEvery time between the end of one continuous reconcile and the start of the next
 * @param reconcileRepairs whether continuous reconciles repair what they find (it is counted as divergence all the same)
 * @param olderWrites how long a change of phase waits for writes begun before it
 * @param recent how far back a handover looks for entities to verify
 * @param recentLimit how many keys it asks for, and at most holds against each other
 * @param rehearsalRun how long a rehearsed cohort stays across
 * @param gapNearlyEmpty records of the gap that may be left when writes are held for the rest
 * @param gapPasses passes over the gap before a replay gives up
 * @param killWait how long the kill switch waits for one slice's handover back to have its turn
 * @param cacheReadings age up to which an answer to a query may repeat the last readings
 * @param flagStale age at which a flag that has not changed is called stale
 * @param base folder that paths in the migration file are relative to
 */
public record ControlSettings(
        Duration commandWait,
        Duration tick,
        Duration reconcileEvery,
        boolean reconcileRepairs,
        Duration olderWrites,
        Duration recent,
        int recentLimit,
        Duration rehearsalRun,
        long gapNearlyEmpty,
        int gapPasses,
        Duration killWait,
        Duration cacheReadings,
        Duration flagStale,
        Path base) {

    public static final ControlSettings DEFAULTS = new ControlSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            false,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            2_000,
            Duration.ofSeconds(10),
            100,
            20,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofDays(30),
            Path.of("."));

    public ControlSettings withReconciles(Duration every, boolean repairs) {
        return new ControlSettings(
                commandWait,
                tick,
                every,
                repairs,
                olderWrites,
                recent,
                recentLimit,
                rehearsalRun,
                gapNearlyEmpty,
                gapPasses,
                killWait,
                cacheReadings,
                flagStale,
                base);
    }

    public ControlSettings withRehearsalRun(Duration run) {
        return new ControlSettings(
                commandWait,
                tick,
                reconcileEvery,
                reconcileRepairs,
                olderWrites,
                recent,
                recentLimit,
                run,
                gapNearlyEmpty,
                gapPasses,
                killWait,
                cacheReadings,
                flagStale,
                base);
    }

    public ControlSettings withBase(Path folder) {
        return new ControlSettings(
                commandWait,
                tick,
                reconcileEvery,
                reconcileRepairs,
                olderWrites,
                recent,
                recentLimit,
                rehearsalRun,
                gapNearlyEmpty,
                gapPasses,
                killWait,
                cacheReadings,
                flagStale,
                folder);
    }

    /** The same at a quick pace, for demonstrations and tests. */
    public ControlSettings withPace(Duration everyTick, Duration commandsWait, Duration readingsAge) {
        return new ControlSettings(
                commandsWait,
                everyTick,
                reconcileEvery,
                reconcileRepairs,
                olderWrites,
                recent,
                recentLimit,
                rehearsalRun,
                gapNearlyEmpty,
                gapPasses,
                killWait,
                readingsAge,
                flagStale,
                base);
    }
}
