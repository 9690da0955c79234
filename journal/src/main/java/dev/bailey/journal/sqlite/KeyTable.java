package dev.bailey.journal.sqlite;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Keys;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of kept keys. States: 0 claimed, 1 sent without a record, 2 unknown, 3 answered. */
final class KeyTable implements Keys {

    static final List<String> TABLES = List.of(
            "create table if not exists kept_key (slice integer not null, consumer text not null, name text not null,"
                    + " claim text not null unique, fingerprint blob not null, state integer not null, behind integer not null,"
                    + " record text, status integer, headers blob, body blob, whole integer, expires integer not null,"
                    + " primary key (slice, consumer, name))",
            "create index if not exists kept_key_expires on kept_key (expires)",
            "create table if not exists kept_total (slice integer primary key, keys integer not null)");

    private final SqlTables tables;

    KeyTable(SqlTables tables) {
        this.tables = tables;
    }

    /**
     * What an earlier life left under way: unknown where its write may have been sent, gone where it cannot have been. An
     * intent is durable before it is sent, and carries its claim; one that was refused or never sent was not made.
     */
    static void recover(Connection connection, Store store) throws SQLException {
        Map<String, Long> behind = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
            try (ResultSet found = statement.executeQuery("select claim, behind from kept_key where state = 0")) {
                while (found.next()) {
                    behind.put(found.getString(1), found.getLong(2));
                }
            }
            if (!behind.isEmpty()) {
                writeRecords(connection, store, behind);
            }
            statement.execute("delete from kept_key where state = 0 and record is null");
            statement.execute("update kept_key set state = 2 where state in (0, 1)");
            statement.execute("delete from kept_total");
            statement.execute("insert into kept_total select slice, count(*) from kept_key group by slice");
            statement.execute("commit");
        }
    }

    private static void writeRecords(Connection connection, Store store, Map<String, Long> behind) throws SQLException {
        long first = Collections.min(behind.values());
        Book.View view = store.book().view();
        try (PreparedStatement update = connection.prepareStatement(
                "update kept_key set record = ? where claim = ? and slice = ? and state = 0")) {
            for (Segment segment : view.segments()) {
                if (segment.last() > first) {
                    List<Entry> folded = store.shelf().readAnew(connection, segment);
                    writeRecords(
                            update,
                            store,
                            behind,
                            Shelf.newest(folded, store.book().recentOf(segment)));
                }
            }
            writeRecords(update, store, behind, view.unfolded());
        }
    }

    /** In their order, so that the newest record of a claim is kept. */
    private static void writeRecords(
            PreparedStatement update, Store store, Map<String, Long> behind, List<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            Long after = behind.get(entry.intent().idempotencyKey());
            if (after != null && entry.sequence() > after && entry.state() != RecordState.REJECTED) {
                update.setString(1, entry.intent().id().value());
                update.setString(2, entry.intent().idempotencyKey());
                update.setObject(3, store.slices().id(entry.intent().slice()));
                update.executeUpdate();
            }
        }
    }

    @Override
    public Claimed claim(Claim claim) throws SQLException {
        long slice = tables.id(claim.slice());
        removeExpired(Code.of(claim.at()));
        Optional<Claimed.Taken> taken = find(slice, claim);
        if (taken.isPresent()) {
            return taken.get();
        }
        long kept = kept(slice);
        if (kept >= claim.most()) {
            return Keys.full(claim, kept);
        }
        PreparedStatement insert = tables.prepared(
                "insert into kept_key (slice, consumer, name, claim, fingerprint, state, behind, expires)"
                        + " values (?, ?, ?, ?, ?, 0, ?, ?)");
        insert.setLong(1, slice);
        insert.setString(2, claim.consumer());
        insert.setString(3, claim.key());
        insert.setString(4, claim.id());
        insert.setBytes(5, claim.fingerprint());
        insert.setLong(6, tables.last());
        insert.setLong(7, Code.of(claim.expires()));
        insert.executeUpdate();
        count(slice, 1);
        return new Claimed.Fresh();
    }

    /** A key that has expired is free, whether it was removed yet or not. */
    private Optional<Claimed.Taken> find(long slice, Claim claim) throws SQLException {
        PreparedStatement query =
                tables.prepared("select claim, fingerprint, state, record, status, headers, body, whole, expires, rowid"
                        + " from kept_key where slice = ? and consumer = ? and name = ?");
        query.setLong(1, slice);
        query.setString(2, claim.consumer());
        query.setString(3, claim.key());
        long expired;
        try (ResultSet found = query.executeQuery()) {
            if (!found.next()) {
                return Optional.empty();
            }
            if (found.getLong(9) > Code.of(claim.at()) || found.getInt(3) < 2) {
                return Optional.of(new Claimed.Taken(found.getString(1), found.getBytes(2), fate(found)));
            }
            expired = found.getLong(10);
        }
        remove(expired, slice);
        return Optional.empty();
    }

    private static Fate fate(ResultSet found) throws SQLException {
        return switch (found.getInt(3)) {
            case 0, 1 -> new Fate.UnderWay();
            case 2 -> new Fate.Unknown(Optional.ofNullable(found.getString(4)).map(RecordId::new));
            case 3 ->
                new Fate.Answered(new Answer(
                        found.getInt(5),
                        Code.headers(found.getBytes(6)),
                        bytes(found.getBytes(7)),
                        found.getBoolean(8)));
            default ->
                throw new JournalException(
                        "state " + found.getInt(3) + " of a kept key (expected 0 to 3): the file is damaged");
        };
    }

    /** The driver gives null for an empty blob. */
    private static byte[] bytes(byte @org.jspecify.annotations.Nullable [] blob) {
        return blob == null ? new byte[0] : blob;
    }

    @Override
    public Changed sent(String claim) throws SQLException {
        PreparedStatement update = tables.prepared("update kept_key set state = 1 where claim = ? and state = 0");
        update.setString(1, claim);
        return done(update, claim);
    }

    @Override
    public Changed unknown(String claim, Optional<RecordId> record) throws SQLException {
        PreparedStatement update =
                tables.prepared("update kept_key set state = 2, record = ? where claim = ? and state in (0, 1)");
        if (record.isPresent()) {
            update.setString(1, record.get().value());
        } else {
            update.setNull(1, Types.VARCHAR);
        }
        update.setString(2, claim);
        return done(update, claim);
    }

    @Override
    public Changed answered(String claim, Optional<RecordId> record, Answer answer) throws SQLException {
        if (record.isPresent() && isIntent(record.get())) {
            return Keys.tooEarly(record.get());
        }
        PreparedStatement update = tables.prepared("update kept_key set state = 3, status = ?, headers = ?, body = ?,"
                + " whole = ? where claim = ? and state in (0, 1)");
        update.setInt(1, answer.status());
        update.setBytes(2, Code.of(answer.headers()));
        update.setBytes(3, answer.body());
        update.setBoolean(4, answer.whole());
        update.setString(5, claim);
        return done(update, claim);
    }

    private boolean isIntent(RecordId record) throws SQLException {
        return tables.find(record)
                .filter(row -> row.state() == RecordState.INTENT)
                .isPresent();
    }

    @Override
    public Changed released(String claim) throws SQLException {
        PreparedStatement query = tables.prepared("select slice from kept_key where claim = ? and state in (0, 1)");
        query.setString(1, claim);
        long slice;
        try (ResultSet found = query.executeQuery()) {
            if (!found.next()) {
                return Keys.notUnderWay(claim);
            }
            slice = found.getLong(1);
        }
        PreparedStatement delete = tables.prepared("delete from kept_key where claim = ?");
        delete.setString(1, claim);
        delete.executeUpdate();
        count(slice, -1);
        return new Changed.Done(1);
    }

    /** Only what has ended: a write that is under way keeps its key. */
    private void removeExpired(long now) throws SQLException {
        PreparedStatement query = tables.prepared("select rowid, slice from kept_key where expires <= ? and state >= 2"
                + " order by expires limit " + REMOVED_BY_A_CLAIM);
        query.setLong(1, now);
        List<long[]> expired = new java.util.ArrayList<>(0);
        try (ResultSet found = query.executeQuery()) {
            while (found.next()) {
                expired.add(new long[] {found.getLong(1), found.getLong(2)});
            }
        }
        for (long[] row : expired) {
            remove(row[0], row[1]);
        }
    }

    private void remove(long row, long slice) throws SQLException {
        PreparedStatement delete = tables.prepared("delete from kept_key where rowid = ?");
        delete.setLong(1, row);
        delete.executeUpdate();
        count(slice, -1);
    }

    private long kept(long slice) throws SQLException {
        PreparedStatement query = tables.prepared("select keys from kept_total where slice = ?");
        query.setLong(1, slice);
        try (ResultSet found = query.executeQuery()) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    private void count(long slice, int change) throws SQLException {
        PreparedStatement update = tables.prepared("insert into kept_total (slice, keys) values (?, ?)"
                + " on conflict (slice) do update set keys = keys + excluded.keys");
        update.setLong(1, slice);
        update.setInt(2, change);
        update.executeUpdate();
    }

    private static Changed done(PreparedStatement update, String claim) throws SQLException {
        return update.executeUpdate() == 1 ? new Changed.Done(1) : Keys.notUnderWay(claim);
    }
}
