package dev.bailey.model.phase;

/** What the watch does when a gate that let a slice in stops holding. */
public enum OnFail {
    HOLD,
    STEP_BACK,
    ROLLBACK
}
