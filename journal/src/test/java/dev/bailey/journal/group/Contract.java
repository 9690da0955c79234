package dev.bailey.journal.group;

import java.time.InstantSource;

/** What holds for every engine: opened as often as a test likes, always over the same records. */
public abstract class Contract {

    /** The engine over this test's records, with bounds that no test reaches. */
    protected abstract Engine engine();

    protected final GroupJournal open(InstantSource clock) {
        return open(GroupBounds.defaults(), clock);
    }

    protected final GroupJournal open(GroupBounds bounds, InstantSource clock) {
        return GroupJournal.open(engine(), bounds, clock);
    }

    protected final GroupJournal open(GroupBounds bounds, InstantSource clock, CommitFault fault) {
        return GroupJournal.open(fault.in(engine()), bounds, clock);
    }
}
