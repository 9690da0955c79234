package dev.bailey.datasync;

import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.spec.BackfillSpec;

/** A slice's stores and what works on them. */
record SliceData(StorePair stores, Refresh refresh, Quiet quiet, BackfillSpec backfill) {}
