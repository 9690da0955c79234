package dev.bailey.datasync.feed;

/** Opens and lets go of a feed. Thread-safe. */
public interface Source {

    /**
     * A feed that was opened.
     *
     * @param anew whether it begins now: what was changed before is not in it
     */
    record Opened(Feed feed, boolean anew) {}

    /** Opens it where it stood. */
    Opened open() throws FeedException, InterruptedException;

    /** Takes away what keeps the source from forgetting, and forgets where it stood; does nothing where nothing is kept. */
    void release() throws FeedException;
}
