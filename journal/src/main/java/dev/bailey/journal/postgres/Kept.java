package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.journal.group.Code;
import dev.bailey.model.write.RecordId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A kept key as one transaction of the writer sees it. */
final class Kept {

    static final int CLAIMED = 0;
    static final int SENT = 1;
    static final int UNKNOWN = 2;
    static final int ANSWERED = 3;

    static final String COLUMNS = "k.slice, k.consumer, k.name, k.claim, k.fingerprint, k.state, k.record, k.status,"
            + " k.headers, k.body, k.whole, k.expires";

    /** Whose key it is: unique among those that are kept. */
    record Name(int slice, String consumer, String key) {}

    final Name name;
    final String claim;
    final byte[] fingerprint;
    final long expires;

    /** A number drawn before the claim; 0 where the key was found. */
    final long behind;

    int state;

    @Nullable
    String record;

    @Nullable
    Answer answer;

    boolean isChanged;

    Kept(Name name, String claim, byte[] fingerprint, long expires, long behind) {
        this.name = name;
        this.claim = claim;
        this.fingerprint = fingerprint;
        this.expires = expires;
        this.behind = behind;
    }

    static Kept of(ResultSet found) throws SQLException {
        Kept kept = new Kept(
                new Name(found.getInt(1), found.getString(2), found.getString(3)),
                found.getString(4),
                found.getBytes(5),
                found.getLong(12),
                0);
        kept.state = found.getInt(6);
        kept.record = found.getString(7);
        if (kept.state == ANSWERED) {
            kept.answer = new Answer(
                    found.getInt(8), Code.headers(found.getBytes(9)), found.getBytes(10), found.getBoolean(11));
        }
        return kept;
    }

    boolean isNew() {
        return behind != 0;
    }

    boolean isUnderWay() {
        return state == CLAIMED || state == SENT;
    }

    @Nullable
    Integer status() {
        return answer == null ? null : Integer.valueOf(answer.status());
    }

    byte @Nullable [] headers() {
        return answer == null ? null : Code.of(answer.headers());
    }

    byte @Nullable [] body() {
        return answer == null ? null : answer.body();
    }

    @Nullable
    Boolean isWhole() {
        return answer == null ? null : Boolean.valueOf(answer.whole());
    }

    Fate fate() {
        if (isUnderWay()) {
            return new Fate.UnderWay();
        }
        Answer known = answer;
        if (state == ANSWERED && known != null) {
            return new Fate.Answered(known);
        }
        if (state == UNKNOWN) {
            return new Fate.Unknown(Optional.ofNullable(record).map(RecordId::new));
        }
        throw new JournalException("state " + state + " of a kept key (expected 0 to 3): the journal is damaged");
    }
}
