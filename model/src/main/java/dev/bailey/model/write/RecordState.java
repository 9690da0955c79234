package dev.bailey.model.write;

import java.util.EnumSet;
import java.util.Set;

/** State of a journal record: {@code INTENT -> APPLIED | REJECTED | UNKNOWN -> DELIVERED | PARKED}. */
public enum RecordState {
    /** Durable, forwarded or about to be; after a crash it counts as unknown. */
    INTENT,
    /** The authority took it; it must be carried to the follower. */
    APPLIED,
    /** The authority refused it; final. */
    REJECTED,
    /** Its fate must be found out. */
    UNKNOWN,
    /** The follower has it, or its entity was refreshed; final. */
    DELIVERED,
    /** The follower refused it; its entity waits for an operator. */
    PARKED;

    public boolean isFinal() {
        return this == REJECTED || this == DELIVERED;
    }

    /** The states a record may enter from this one. */
    public Set<RecordState> next() {
        return switch (this) {
            case INTENT -> EnumSet.of(APPLIED, REJECTED, UNKNOWN);
            case UNKNOWN -> EnumSet.of(APPLIED, REJECTED, DELIVERED, PARKED);
            case APPLIED -> EnumSet.of(DELIVERED, PARKED);
            case PARKED -> EnumSet.of(APPLIED, DELIVERED);
            case REJECTED, DELIVERED -> EnumSet.noneOf(RecordState.class);
        };
    }
}
