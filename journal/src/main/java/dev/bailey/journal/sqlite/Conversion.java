package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.StoredRecords;
import dev.bailey.journal.sqlite.Entry.Spot;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.write.WriteIntent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the records of a file of version 2, which had a row for each, into segments; headers and bodies stay in the rows they are
 * in. Some records at a time, each in one transaction, so that an end in the middle of it loses nothing and it goes on.
 */
final class Conversion {

    private static final Logger log = LoggerFactory.getLogger(Conversion.class);
    private static final int RECORDS = 512;
    private static final int SEGMENTS_AT_ONCE = 16;

    private static final String OLD = "select " + StoredRecords.HEAD
            + ", c.idempotency_key, r.minted, a.seq is not null from record r join slice s on s.id = r.slice"
            + " join content c on c.seq = r.seq left join answer a on a.seq = r.seq order by r.seq limit " + RECORDS;

    private final Connection connection;
    private final Coding coding;
    private final Packer packer = new Packer();

    private Conversion(Connection connection, Coding coding) {
        this.connection = connection;
        this.coding = coding;
    }

    /** Does nothing where there is nothing to take over. */
    static void run(Connection connection) throws SQLException {
        if (Store.number(connection, "select count(*) from sqlite_master where type = 'table' and name = 'record'")
                == 0) {
            return;
        }
        Slices slices = new Slices();
        slices.read(connection);
        Conversion conversion = new Conversion(connection, new Coding(slices));
        long records = 0;
        for (int converted = conversion.some(); converted > 0; converted = conversion.some()) {
            records += converted;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
            statement.execute("drop table record");
            statement.execute("update meta set value = max(value, (select coalesce(max(last), 0) from slice))"
                    + " where name = 'last'");
            statement.execute("commit");
        }
        log.info("{} records of a journal of an earlier Bailey were taken over", records);
    }

    /** Takes over the next records; how many. */
    private int some() throws SQLException {
        int converted = 0;
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
            int count = RECORDS;
            for (int i = 0; i < SEGMENTS_AT_ONCE && count == RECORDS; i++) {
                List<Entry> entries = next(statement);
                count = entries.size();
                converted += count;
                if (count > 0) {
                    write(entries);
                    statement.execute("delete from record where seq <= "
                            + entries.getLast().sequence());
                }
            }
            statement.execute("commit");
        }
        return converted;
    }

    private static List<Entry> next(Statement statement) throws SQLException {
        List<Entry> entries = new ArrayList<>(RECORDS);
        try (ResultSet row = statement.executeQuery(OLD)) {
            while (row.next()) {
                JournalRecord.Head head = StoredRecords.head(row);
                boolean minted = row.getBoolean(18);
                WriteIntent intent = new WriteIntent(
                        head.id(),
                        head.slice(),
                        minted ? Optional.empty() : head.entity(),
                        new Epoch(head.epoch()),
                        head.authority(),
                        head.follower(),
                        head.method(),
                        head.target(),
                        List.of(),
                        new byte[0],
                        head.bodyKept(),
                        row.getString(17),
                        head.clientKey(),
                        head.at());
                entries.add(new Entry(
                        head.sequence(),
                        intent,
                        false,
                        head.entity(),
                        head.state(),
                        head.attempts(),
                        head.note(),
                        Code.of(head.changed()),
                        0,
                        Spot.OWN,
                        row.getBoolean(19) ? Spot.OWN : null,
                        null));
            }
        }
        return entries;
    }

    private void write(List<Entry> entries) throws SQLException {
        packer.clear();
        for (Entry entry : entries) {
            coding.head(packer, entry);
        }
        Segment segment = Segment.of(entries, Reach.NONE, 0);
        try (PreparedStatement heads = connection.prepareStatement("insert into heads (first, bytes) values (?, ?)")) {
            heads.setLong(1, segment.first());
            heads.setBytes(2, packer.sealed());
            heads.executeUpdate();
        }
        try (PreparedStatement figures = connection.prepareStatement(Folding.FIGURES)) {
            Folding.bind(figures, segment);
            figures.executeUpdate();
        }
        try (PreparedStatement gap = connection.prepareStatement(
                "insert into gap (slice, entity, seq) select id, ?, ? from slice where name = ?")) {
            for (Entry entry : entries) {
                if (entry.isGap()) {
                    gap.setString(1, entry.entity().map(Object::toString).orElse(""));
                    gap.setLong(2, entry.sequence());
                    gap.setString(3, entry.intent().slice().value());
                    gap.executeUpdate();
                }
            }
        }
    }
}
