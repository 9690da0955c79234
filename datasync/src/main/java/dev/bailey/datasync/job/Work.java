package dev.bailey.datasync.job;

import dev.bailey.datasync.store.StoreException;

/** What a job does. It keeps its result and its position in checkpoints, and ends early when it may not go on. */
@FunctionalInterface
public interface Work {

    /** Runs to the end; returns the closing message. */
    String run(JobControl control) throws StoreException, InterruptedException;
}
