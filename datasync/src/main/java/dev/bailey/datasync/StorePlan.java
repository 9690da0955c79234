package dev.bailey.datasync;

import dev.bailey.datasync.store.Remarks;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a slice's stores before anything is moved.
 *
 * @param problems what stands in the way
 * @param remarks of each side that can be used; of others, what else was seen there
 * @param estimate when nothing stands in the way and the samples were there in time
 */
public record StorePlan(
        SliceName slice, List<StoreProblem> problems, Map<Side, Remarks> remarks, Optional<Estimate> estimate) {

    public StorePlan {
        problems = List.copyOf(problems);
        remarks = Map.copyOf(remarks);
    }

    /**
     * How long it may take, drawn from samples.
     *
     * @param legacyRows about how many documents legacy has
     * @param backfill reading as in the sample; what is not measured, writing and reading back, taken as three times that
     * @param reconcile a pass over equal stores, one side after the other
     */
    public record Estimate(long legacyRows, long modernRows, Duration backfill, Duration reconcile) {}
}
