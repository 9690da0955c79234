package dev.bailey.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which fault begins when, for how long, drawn whole from one seed. The same seed plans the same faults; what processes and
 * threads do between them no seed decides.
 */
record FaultPlan(long seed, Duration length, Map<FaultPlace, List<Planned>> faults) {

    private static final int DELAY_AT_LEAST_MS = 20;
    private static final int DELAY_AT_MOST_MS = 900;

    FaultPlan {
        faults = Map.copyOf(faults);
    }

    /**
     * One fault.
     *
     * @param calm since the fault of the same subject before it was undone, or since the faults began
     * @param by how late bytes come, of a delay
     */
    record Planned(FaultPlace place, FaultKind kind, Duration calm, Duration lasts, Duration by) {}

    /** @param nodes gateway nodes that run */
    static FaultPlan draw(long seed, Duration length, int nodes) {
        Map<FaultPlace, List<Planned>> faults = new LinkedHashMap<>();
        SplittableRandom root = new SplittableRandom(seed);
        for (FaultPlace place : FaultPlace.all(nodes)) {
            faults.put(place, of(place, root.split(), length.toMillis()));
        }
        return new FaultPlan(seed, length, faults);
    }

    private static List<Planned> of(FaultPlace place, SplittableRandom random, long lengthMs) {
        FaultSubject subject = place.subject();
        List<Planned> faults = new ArrayList<>();
        long planned = 0;
        while (true) {
            FaultKind kind = subject.kinds().get(random.nextInt(subject.kinds().size()));
            long calm = random.nextLong(subject.calmAtLeastMs(), subject.calmAtMostMs());
            long lasts = evenly(random, kind.atLeastMs(), Math.min(kind.atMostMs(), subject.longestMs()));
            long by = evenly(random, DELAY_AT_LEAST_MS, DELAY_AT_MOST_MS);
            planned += calm + lasts;
            if (planned > lengthMs) {
                return List.copyOf(faults);
            }
            faults.add(
                    new Planned(place, kind, Duration.ofMillis(calm), Duration.ofMillis(lasts), Duration.ofMillis(by)));
        }
    }

    /** Between the bounds, every order of magnitude as often as another. */
    private static long evenly(SplittableRandom random, int atLeast, int atMost) {
        return Math.round(atLeast * Math.pow((double) atMost / atLeast, random.nextDouble()));
    }
}
