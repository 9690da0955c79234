package dev.bailey.model.phase;

/** What path a slice walks: with stored state, without, or with state and one switch for reads and writes (active-passive). */
public enum SliceKind {
    STATEFUL,
    STATELESS,
    SWITCH
}
