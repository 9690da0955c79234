package dev.bailey.journal.group;

import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records as they are read from tables: {@code record r}, its {@code slice s}, {@code content c} and {@code answer a}. */
public final class StoredRecords {

    /** The columns of a head, in the order in which they are read. */
    public static final String HEAD =
            "r.seq, r.id, s.name, r.entity, r.epoch, r.authority, r.follower, r.method, r.target,"
                    + " r.state, r.body_kept, r.client_key, r.attempts, r.note, r.at, r.changed";

    /** The columns that follow a head's where a record is read whole. */
    public static final String REST = "c.idempotency_key, c.headers, c.body, r.minted, a.status, a.headers, a.body";

    private StoredRecords() {}

    public static JournalRecord.Head head(ResultSet row) throws SQLException {
        Object follower = row.getObject(7);
        return new JournalRecord.Head(
                row.getLong(1),
                new RecordId(row.getString(2)),
                new SliceName(row.getString(3)),
                entity(row.getString(4)),
                row.getLong(5),
                Code.side(row.getInt(6)),
                follower == null ? Optional.empty() : Optional.of(Code.side(row.getInt(7))),
                row.getString(8),
                row.getString(9),
                Code.state(row.getInt(10)),
                row.getBoolean(11),
                row.getBoolean(12),
                row.getInt(13),
                row.getString(14),
                Code.instant(row.getLong(15)),
                Code.instant(row.getLong(16)));
    }

    public static JournalRecord whole(ResultSet row) throws SQLException {
        JournalRecord.Head head = head(row);
        WriteIntent intent = new WriteIntent(
                head.id(),
                head.slice(),
                row.getBoolean(20) ? Optional.empty() : head.entity(),
                new Epoch(head.epoch()),
                head.authority(),
                head.follower(),
                head.method(),
                head.target(),
                Code.headers(row.getBytes(18)),
                row.getBytes(19),
                head.bodyKept(),
                row.getString(17),
                head.clientKey(),
                head.at());
        Optional<Outcome.Applied> applied = row.getObject(21) == null
                ? Optional.empty()
                : Optional.of(new Outcome.Applied(
                        row.getInt(21), head.entity(), Code.headers(row.getBytes(22)), row.getBytes(23)));
        return new JournalRecord(head, intent, applied);
    }

    private static Optional<EntityKey> entity(@Nullable String key) {
        return key == null ? Optional.empty() : Optional.of(new EntityKey(key));
    }
}
