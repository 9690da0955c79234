package dev.bailey.datasync.feed.run;

/** What a feed does. */
public enum FeedState {
    /** The slice does not carry writes where it stands: nothing is taken. */
    IDLE,
    /** Has begun, and what was committed before has not all come through. */
    CATCHING_UP,
    RUNNING,
    /** Its source or a store cannot be used now: tried again. */
    FAILING
}
