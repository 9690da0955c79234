package dev.bailey.datasync.job;

/** Answer to starting a job. */
public sealed interface Started {

    /** It runs, from the beginning or (resumed) from where the interrupted one stood. */
    record Running(String jobId, boolean resumed) implements Started {}

    /** It did not start; nothing was changed. */
    record Refused(String reason) implements Started {}
}
