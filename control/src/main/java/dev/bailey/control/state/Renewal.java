package dev.bailey.control.state;

import java.util.Optional;

/** What became of a renewal. */
public sealed interface Renewal {

    /** This node is known to be alive, and is not the active one. */
    record Standby() implements Renewal {}

    /** The lease goes on without a break. */
    record Held(long term) implements Renewal {}

    /** The lease had lapsed, nobody else had it meanwhile, and it begins anew under a new term. */
    record Again(long term) implements Renewal {}

    /** It is another's, or nobody's: what this process knows may be out of date. */
    record Lost(Optional<Owner> to) implements Renewal {}

    /**
     * The store did not answer.
     *
     * @param lapsed whether this process had the lease and it is over now
     */
    record Unreachable(boolean lapsed, String why) implements Renewal {}
}
