package dev.bailey.datasync;

import dev.bailey.datasync.reconcile.Lately;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Touched;
import dev.bailey.datasync.replay.LogStore;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.spec.BackfillSpec;
import java.util.Optional;

/**
 * A slice's stores and what works on them.
 *
 * @param log what its entities are rebuilt from; empty where legacy's store is copied
 * @param touched by refreshes that others than a job asked for
 * @param shape as {@link DataShape} tells it
 * @param partShape the same with where the stores are
 */
record SliceData(
        StorePair stores,
        Optional<Log> log,
        Refresh refresh,
        Quiet quiet,
        Touched touched,
        Lately lately,
        BackfillSpec backfill,
        String shape,
        String partShape) {

    /**
     * @param isLegacy whether it stands for legacy's store, there being no other
     * @param ratePerSecond events a second, at most; 0 for no bound
     */
    record Log(LogStore store, boolean isLegacy, long ratePerSecond) {}
}
