package dev.bailey.datasync;

import dev.bailey.datasync.reconcile.Lately;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Touched;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.spec.BackfillSpec;

/**
 * A slice's stores and what works on them.
 *
 * @param touched by refreshes that others than a job asked for
 * @param shape as {@link DataShape} tells it
 */
record SliceData(
        StorePair stores,
        Refresh refresh,
        Quiet quiet,
        Touched touched,
        Lately lately,
        BackfillSpec backfill,
        String shape) {}
