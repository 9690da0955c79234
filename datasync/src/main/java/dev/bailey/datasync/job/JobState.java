package dev.bailey.datasync.job;

/** Where a job stands. {@code INTERRUPTED}: the process ended while it ran; it goes on where it stood when resumed. */
public enum JobState {
    RUNNING,
    DONE,
    FAILED,
    CANCELLED,
    INTERRUPTED
}
