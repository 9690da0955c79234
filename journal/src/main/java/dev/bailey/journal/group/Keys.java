package dev.bailey.journal.group;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.model.write.RecordId;
import java.sql.SQLException;
import java.util.Optional;

/** The kept keys as the journal's writer changes them, in its transaction. Used by the writer thread alone. */
public interface Keys {

    /** Expired keys that a claim removes: more than it adds, so that they never pile up. */
    int REMOVED_BY_A_CLAIM = 8;

    Claimed claim(Claim claim) throws SQLException;

    Changed sent(String claim) throws SQLException;

    Changed unknown(String claim, Optional<RecordId> record) throws SQLException;

    Changed answered(String claim, Optional<RecordId> record, Answer answer) throws SQLException;

    Changed released(String claim) throws SQLException;

    static Claimed.Full full(Claim claim, long kept) {
        return new Claimed.Full(kept + " idempotency keys of slice " + claim.slice() + " are kept (expected < "
                + claim.most() + "): keep them for a shorter time, or allow more");
    }

    static Changed tooEarly(RecordId record) {
        return new Changed.Failed("record " + record + " has no outcome yet (expected one before its key's answer)");
    }

    static Changed notUnderWay(String claim) {
        return new Changed.Refused("claim " + claim + " is not under way (expected one that is)");
    }
}
