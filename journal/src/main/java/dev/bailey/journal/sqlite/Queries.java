package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The questions asked of a journal file. Each is one statement, or a walk in pages: none holds the log for long. */
final class Queries {

    private static final int PAGE_ROWS = 1_000;
    private static final String HEAD =
            "select r.seq, r.id, s.name, r.entity, r.epoch, r.authority, r.follower, r.method, r.target, r.state,"
                    + " r.body_kept, r.client_key, r.attempts, r.note, r.at, r.changed";
    private static final String FROM = " from record r join slice s on s.id = r.slice";

    private Queries() {}

    static Optional<JournalRecord> find(Connection connection, RecordId id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(HEAD
                + ", c.idempotency_key, c.headers, c.body, r.minted, a.status, a.headers, a.body" + FROM
                + " join content c on c.seq = r.seq left join answer a on a.seq = r.seq where r.id = ?")) {
            query.setString(1, id.value());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(whole(row)) : Optional.empty();
            }
        }
    }

    static List<JournalRecord.Head> list(Connection connection, JournalQuery wanted) throws SQLException {
        boolean openOnly =
                !wanted.states().isEmpty() && wanted.states().stream().noneMatch(RecordState::isFinal);
        StringBuilder sql = new StringBuilder(HEAD)
                .append(FROM.replace("record r", openOnly ? "record r indexed by record_open" : "record r not indexed"))
                .append(" where true");
        List<Object> values = new ArrayList<>();
        wanted.slice().ifPresent(slice -> {
            sql.append(" and r.slice = (select id from slice where name = ?)");
            values.add(slice.value());
        });
        wanted.entity().ifPresent(entity -> {
            sql.append(" and r.entity = ?");
            values.add(entity.value());
        });
        wanted.before().ifPresent(before -> {
            sql.append(" and r.seq < ?");
            values.add(before);
        });
        if (openOnly) {
            sql.append(" and ").append(Schema.OPEN);
        }
        if (!wanted.states().isEmpty()) {
            sql.append(" and r.state in (")
                    .append(String.join(
                            ", ",
                            wanted.states().stream()
                                    .map(state -> Integer.toString(Code.of(state)))
                                    .toList()))
                    .append(")");
        }
        sql.append(" order by r.seq desc limit ").append(wanted.limit());
        return heads(connection, sql.toString(), values);
    }

    /** Every record that must still be carried, found out or looked at by an operator, in order. */
    static void undelivered(Readers readers, Consumer<JournalRecord.Head> each) {
        long after = 0;
        while (true) {
            long from = after;
            List<JournalRecord.Head> page = readers.read(connection -> heads(
                    connection,
                    HEAD + FROM.replace("record r", "record r indexed by record_open") + " where " + Schema.OPEN
                            + " and not (" + Schema.GAP + ") and r.seq > ? order by r.seq limit " + PAGE_ROWS,
                    List.of(from)));
            page.forEach(each);
            if (page.size() < PAGE_ROWS) {
                return;
            }
            after = page.getLast().sequence();
        }
    }

    static List<EntityKey> gap(Connection connection, SliceName slice, Optional<EntityKey> after, int limit)
            throws SQLException {
        return keys(
                connection,
                "select distinct entity from record indexed by record_open where "
                        + "slice = (select id from slice where name = ?) and entity > ? and " + Schema.OPEN + " and "
                        + Schema.GAP + " order by entity limit ?",
                List.of(slice.value(), after.map(EntityKey::value).orElse(""), limit));
    }

    static List<EntityKey> recentKeys(Connection connection, SliceName slice, Instant since, int limit)
            throws SQLException {
        return keys(
                connection,
                "select entity from record indexed by record_at where slice = (select id from slice where name = ?)"
                        + " and at >= ? and entity is not null and state <> 2"
                        + " group by entity order by max(seq) desc limit ?",
                List.of(slice.value(), Code.of(since), limit));
    }

    /** The next rows that compaction may remove: final ones, and those of a gap whose entity has a newer one. */
    static Questions.Removable removable(Connection connection, long after, long before, int limit)
            throws SQLException {
        String newer = "exists (select 1 from record n indexed by record_open where n.slice = r.slice"
                + " and n.entity = r.entity and n.seq > r.seq and n.state in (0, 1, 3, 5) and n.state = 1"
                + " and n.follower is null)";
        try (PreparedStatement query = connection.prepareStatement("select r.seq, r.at < ?,"
                + " case when r.changed >= ? then false when r.state in (2, 4) then true"
                + " when r.state = 1 and r.follower is null and r.entity is not null then " + newer
                + " else false end from record r not indexed where r.seq > ? order by r.seq limit ?")) {
            bind(query, List.of(before, before, after, limit));
            List<Long> sequences = new ArrayList<>();
            long lastSeen = after;
            int seen = 0;
            boolean old = true;
            try (ResultSet row = query.executeQuery()) {
                while (old && row.next()) {
                    lastSeen = row.getLong(1);
                    old = row.getBoolean(2);
                    if (row.getBoolean(3)) {
                        sequences.add(lastSeen);
                    }
                    seen++;
                }
            }
            return new Questions.Removable(sequences, lastSeen, old && seen == limit);
        }
    }

    /** Fills the figures from the file. */
    static void count(Connection connection, Figures figures) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select name, appended from slice");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                figures.appended(new SliceName(row.getString(1)), row.getLong(2));
            }
        }
        try (PreparedStatement query = connection.prepareStatement("select s.name, count(*)"
                        + FROM.replace("record r", "record r indexed by record_open") + " where " + Schema.OPEN
                        + " and " + Schema.GAP + " group by s.name");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                figures.gap(new SliceName(row.getString(1)), row.getLong(2));
            }
        }
        try (PreparedStatement query = connection.prepareStatement("select s.name, r.seq, r.at, r.state"
                        + FROM.replace("record r", "record r indexed by record_open") + " where " + Schema.OPEN
                        + " and not (" + Schema.GAP + ")");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                figures.move(new Figures.Move(
                        new SliceName(row.getString(1)),
                        row.getLong(2),
                        row.getLong(3),
                        Figures.Place.NOWHERE,
                        Transaction.place(Code.state(row.getInt(4)), true)));
            }
        }
    }

    private static List<EntityKey> keys(Connection connection, String sql, List<Object> values) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            bind(query, values);
            List<EntityKey> keys = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    keys.add(new EntityKey(row.getString(1)));
                }
            }
            return keys;
        }
    }

    private static List<JournalRecord.Head> heads(Connection connection, String sql, List<? extends Object> values)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            bind(query, values);
            List<JournalRecord.Head> heads = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    heads.add(head(row));
                }
            }
            return heads;
        }
    }

    private static void bind(PreparedStatement query, List<? extends Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            query.setObject(i + 1, values.get(i));
        }
    }

    private static JournalRecord.Head head(ResultSet row) throws SQLException {
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

    private static JournalRecord whole(ResultSet row) throws SQLException {
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
