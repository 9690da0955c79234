package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.StoredRecords;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The questions asked of a journal file. Each is one statement, or a walk in pages: none holds the log for long. */
final class Queries {

    private static final int PAGE_ROWS = 1_000;

    private static final String HEAD = "select " + StoredRecords.HEAD;
    private static final String FROM = " from record r join slice s on s.id = r.slice";

    /** The open records of a list of sequences, without those of a gap. */
    private static final String OF_PAGE = FROM.replace("record r", "record r not indexed")
            + " where r.seq in (select value from json_each(?)) and " + Schema.OPEN + " and not (" + Schema.GAP
            + ") order by r.seq";

    private Queries() {}

    static Optional<JournalRecord> find(Connection connection, RecordId id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(HEAD + ", " + StoredRecords.REST + FROM
                + " join content c on c.seq = r.seq left join answer a on a.seq = r.seq where r.id = ?")) {
            query.setString(1, id.value());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(StoredRecords.whole(row)) : Optional.empty();
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
        long[] open = readers.read(Queries::openSequences);
        for (int from = 0; from < open.length; from += PAGE_ROWS) {
            String page = page(open, from);
            readers.read(connection -> heads(connection, HEAD + OF_PAGE, List.of(page)))
                    .forEach(each);
        }
    }

    /** Read from the index alone, so that neither bodies nor what is final are touched; ordered here, not by the engine. */
    private static long[] openSequences(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "select seq from record indexed by record_open where " + Schema.OPEN);
                ResultSet row = query.executeQuery()) {
            LongStream.Builder all = LongStream.builder();
            while (row.next()) {
                all.add(row.getLong(1));
            }
            return all.build().sorted().toArray();
        }
    }

    /** Some of the sequences, as the engine takes a list. */
    private static String page(long[] sequences, int from) {
        return Arrays.toString(Arrays.copyOfRange(sequences, from, Math.min(sequences.length, from + PAGE_ROWS)));
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
        long[] open = openSequences(connection);
        try (PreparedStatement query = connection.prepareStatement("select s.name, r.seq, r.at, r.state" + OF_PAGE)) {
            for (int from = 0; from < open.length; from += PAGE_ROWS) {
                query.setString(1, page(open, from));
                count(query, figures);
            }
        }
    }

    private static void count(PreparedStatement query, Figures figures) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                figures.move(new Figures.Move(
                        new SliceName(row.getString(1)),
                        row.getLong(2),
                        row.getLong(3),
                        Figures.Place.NOWHERE,
                        Figures.Place.of(Code.state(row.getInt(4)), true)));
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
                    heads.add(StoredRecords.head(row));
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
}
