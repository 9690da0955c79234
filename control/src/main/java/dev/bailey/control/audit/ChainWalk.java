package dev.bailey.control.audit;

import dev.bailey.control.state.AuditTable;
import java.util.Optional;

/** One walk over the chain: every row must follow its predecessor's number, claim its own, and carry the right hash. */
final class ChainWalk {

    private long entries;
    private long lastSequence;
    private String head = Entries.GENESIS;
    private Optional<Long> brokenAt = Optional.empty();
    private String message = "";

    void step(AuditTable.Row row) {
        entries++;
        if (brokenAt.isEmpty()) {
            long expected = lastSequence + 1;
            if (row.sequence() != expected) {
                broken(expected, "entry " + expected + " is missing (the next one is " + row.sequence() + ")");
            } else if (Entries.claimedSequence(row) != row.sequence()) {
                broken(row.sequence(), "entry " + row.sequence() + " claims another number");
            } else if (!Entries.hash(head, row.entry()).equals(row.hash())) {
                broken(
                        row.sequence(),
                        "entry " + row.sequence() + " was changed, or one before it: its hash does not fit");
            }
        }
        lastSequence = row.sequence();
        head = row.hash();
    }

    AuditCheck end(long highestEver) {
        if (brokenAt.isEmpty() && highestEver > lastSequence) {
            broken(
                    lastSequence + 1,
                    "entries " + (lastSequence + 1) + " to " + highestEver + " were cut off at the end");
        }
        String said = brokenAt.isEmpty() ? entries + " entries, every hash fits" : message;
        return new AuditCheck(entries, brokenAt, head, said);
    }

    private void broken(long at, String why) {
        brokenAt = Optional.of(at);
        message = why;
    }
}
