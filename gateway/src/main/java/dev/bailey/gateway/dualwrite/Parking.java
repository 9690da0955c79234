package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalException;
import dev.bailey.model.write.RecordState;

/** Parks writes, and learns that one was taken back in the moment between journal and memory. */
final class Parking {

    private final Journal journal;
    private final Durably durably;
    private final Tasks tasks;
    private final Backoff pauses;

    Parking(Journal journal, Durably durably, Tasks tasks, Backoff pauses) {
        this.journal = journal;
        this.durably = durably;
        this.tasks = tasks;
        this.pauses = pauses;
    }

    /** False when the journal refused it. */
    boolean park(SliceWrites slice, PendingWrite write, String reason) throws InterruptedException {
        if (!Tasks.await(durably.parked(write.id, reason))) {
            return false;
        }
        slice.pending.parked(write);
        // Whoever has taken it back by now found nothing in memory to take back.
        check(slice, write);
        return true;
    }

    /** Holds a write that is parked here against the journal, at once or as soon as that can be read. */
    void check(SliceWrites slice, PendingWrite write) {
        if (!tryCheck(slice, write)) {
            tasks.start("looking up parked record " + write.id, () -> {
                int tries = 0;
                do {
                    tasks.pause(pauses.after(++tries));
                } while (!tryCheck(slice, write));
            });
        }
    }

    private boolean tryCheck(SliceWrites slice, PendingWrite write) {
        int parkings = slice.pending.parkings(write);
        boolean isTakenBack;
        try {
            isTakenBack = journal.find(write.id)
                    .filter(record -> record.head().state() == RecordState.APPLIED)
                    .isPresent();
        } catch (JournalException away) {
            return false;
        }
        if (isTakenBack) {
            slice.deliver(slice.pending.unparked(write, parkings));
        }
        return true;
    }
}
