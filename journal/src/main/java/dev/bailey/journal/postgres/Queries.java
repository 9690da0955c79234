package dev.bailey.journal.postgres;

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

/** The questions asked of a journal in PostgreSQL. Each is one statement, or a walk in pages. */
final class Queries {

    private static final int PAGE_ROWS = 1_000;

    private static final String HEAD = "select " + StoredRecords.HEAD;
    private static final String FROM = " from journal_record r join journal_slice s on s.id = r.slice";

    /** The open records of a list of sequences, without those of a gap. */
    private static final String OF_PAGE =
            FROM + " where r.seq = any(?) and " + Tabled.OPEN + " and not (" + Tabled.GAP + ") order by r.seq";

    private static final String OF_SLICE = "r.slice = (select id from journal_slice where name = ?)";

    private Queries() {}

    static Optional<JournalRecord> find(Connection connection, RecordId id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                HEAD + ", " + StoredRecords.REST + FROM
                        + " join journal_content c on c.seq = r.seq left join journal_answer a on a.seq = r.seq where r.id = ?")) {
            query.setString(1, id.value());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(StoredRecords.whole(row)) : Optional.empty();
            }
        }
    }

    static List<JournalRecord.Head> list(Connection connection, JournalQuery wanted) throws SQLException {
        boolean openOnly =
                !wanted.states().isEmpty() && wanted.states().stream().noneMatch(RecordState::isFinal);
        StringBuilder sql = new StringBuilder(HEAD).append(FROM).append(" where true");
        List<Object> values = new ArrayList<>();
        wanted.slice().ifPresent(slice -> {
            sql.append(" and " + OF_SLICE);
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
            sql.append(" and ").append(Tabled.OPEN);
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
    static void undelivered(ReadPool readers, Consumer<JournalRecord.Head> each) {
        Long[] open = readers.read(Queries::openSequences);
        for (int from = 0; from < open.length; from += PAGE_ROWS) {
            Long[] page = page(open, from);
            readers.read(connection -> heads(
                            connection,
                            "select " + StoredRecords.HEAD + OF_PAGE,
                            List.of(connection.createArrayOf("int8", page))))
                    .forEach(each);
        }
    }

    private static Long[] openSequences(Connection connection) throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("select r.seq from journal_record r where " + Tabled.OPEN);
                ResultSet row = query.executeQuery()) {
            List<Long> all = new ArrayList<>();
            while (row.next()) {
                all.add(row.getLong(1));
            }
            return all.stream().sorted().toArray(Long[]::new);
        }
    }

    private static Long[] page(Long[] sequences, int from) {
        return Arrays.copyOfRange(sequences, from, Math.min(sequences.length, from + PAGE_ROWS));
    }

    static List<EntityKey> gap(Connection connection, SliceName slice, Optional<EntityKey> after, int limit)
            throws SQLException {
        String last = after.map(EntityKey::value).orElse("");
        return keys(
                connection,
                "select distinct r.entity, left(r.entity, 500) from journal_record r where " + OF_SLICE
                        + " and left(r.entity, 500) >= left(?, 500) and r.entity > ? and " + Tabled.OPEN + " and "
                        + Tabled.GAP + " order by left(r.entity, 500), r.entity limit ?",
                List.of(slice.value(), last, last, limit));
    }

    static List<EntityKey> recentKeys(Connection connection, SliceName slice, Instant since, int limit)
            throws SQLException {
        return keys(
                connection,
                "select r.entity from journal_record r where " + OF_SLICE
                        + " and r.at >= ? and r.entity is not null and r.state <> 2"
                        + " group by r.entity order by max(r.seq) desc limit ?",
                List.of(slice.value(), Code.of(since), limit));
    }

    /** The next rows that compaction may remove: final ones, and those of a gap whose entity has a newer one. */
    static Questions.Removable removable(Connection connection, long after, long before, int limit)
            throws SQLException {
        String newer = "exists (select 1 from journal_record n where n.slice = r.slice"
                + " and left(n.entity, 500) = left(r.entity, 500) and n.entity = r.entity and n.seq > r.seq and "
                + (Tabled.OPEN + " and " + Tabled.GAP).replace("r.", "n.") + ")";
        try (PreparedStatement query = connection.prepareStatement("select r.seq, r.at < ?,"
                + " case when r.changed >= ? then false when r.state in (2, 4) then true"
                + " when r.state = 1 and r.follower is null and r.entity is not null then " + newer
                + " else false end from journal_record r where r.seq > ? order by r.seq limit ?")) {
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

    static List<String> keyOwners(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select distinct node from journal_key");
                ResultSet row = query.executeQuery()) {
            List<String> owners = new ArrayList<>();
            while (row.next()) {
                owners.add(row.getString(1));
            }
            return owners;
        }
    }

    /** The figures as the tables tell them. */
    static Figures count(Connection connection) throws SQLException {
        Figures figures = new Figures();
        try (PreparedStatement query = connection.prepareStatement("select s.name, s.appended"
                        + " + coalesce((select sum(t.appended) from journal_total t where t.slice = s.id), 0)::int8"
                        + " from journal_slice s");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                figures.appended(new SliceName(row.getString(1)), row.getLong(2));
            }
        }
        try (PreparedStatement query = connection.prepareStatement("select s.name, count(*)" + FROM + " where "
                        + Tabled.OPEN + " and " + Tabled.GAP + " group by s.name");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                figures.gap(new SliceName(row.getString(1)), row.getLong(2));
            }
        }
        Long[] open = openSequences(connection);
        try (PreparedStatement query = connection.prepareStatement("select s.name, r.seq, r.at, r.state" + OF_PAGE)) {
            for (int from = 0; from < open.length; from += PAGE_ROWS) {
                query.setArray(1, connection.createArrayOf("int8", page(open, from)));
                count(query, figures);
            }
        }
        return figures;
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
