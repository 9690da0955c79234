package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.sqlite.Coding.Event;
import dev.bailey.journal.sqlite.Entry.Spot;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads segments, and headers and bodies, from the file; a few segments that were read last stay at hand. Thread-safe. */
final class Shelf {

    private static final int AT_HAND = 24;

    /** In one statement, so that both are of one moment. */
    private static final String HEADS_AND_LATE = "select 0 as place, bytes from heads where first = ?1"
            + " union all select seq, bytes from late where seq between ?1 and ?2 order by place";

    private final Coding coding;
    private final LogFiles log;

    private final Map<Long, Read> atHand = new LinkedHashMap<>(AT_HAND * 2, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Read> eldest) {
            return size() > AT_HAND;
        }
    };

    private record Read(long content, List<Entry> entries) {}

    Shelf(Coding coding, LogFiles log) {
        this.coding = coding;
        this.log = log;
    }

    /** The segment's records in order, as they were folded; none when it is gone. */
    List<Entry> read(Connection connection, Segment segment) throws SQLException {
        synchronized (atHand) {
            Read known = atHand.get(segment.first());
            if (known != null && known.content == segment.content()) {
                return known.entries;
            }
        }
        List<Entry> entries = readAnew(connection, segment);
        synchronized (atHand) {
            atHand.put(segment.first(), new Read(segment.content(), entries));
        }
        return entries;
    }

    /** The same, past what is at hand and without becoming so: for who reads all of them once. */
    List<Entry> readAnew(Connection connection, Segment segment) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(HEADS_AND_LATE)) {
            query.setLong(1, segment.first());
            query.setLong(2, segment.last());
            try (ResultSet found = query.executeQuery()) {
                if (!found.next() || found.getLong(1) != 0) {
                    return List.of();
                }
                List<Entry> entries = heads(found.getBytes(2), segment);
                int at = 0;
                while (found.next()) {
                    Entry late = coding.head(Unpacker.checked(found.getBytes(2), "a late record"), null);
                    while (at < entries.size() && entries.get(at).sequence() < late.sequence()) {
                        at++;
                    }
                    if (at < entries.size() && entries.get(at).sequence() == late.sequence()) {
                        entries.set(at, late);
                    }
                }
                return entries;
            }
        }
    }

    private List<Entry> heads(byte[] bytes, Segment segment) {
        Unpacker from = Unpacker.checked(bytes, "the segment from sequence " + segment.first());
        List<Entry> entries = new ArrayList<>(segment.records());
        Entry before = null;
        while (from.hasMore()) {
            before = coding.head(from, before);
            if (before.sequence() > segment.last()) {
                break; // it has grown since it was known like this
            }
            entries.add(before);
        }
        return entries;
    }

    /** The record with a sequence among some in order. */
    static @Nullable Entry at(List<Entry> entries, long sequence) {
        int low = 0;
        int high = entries.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = entries.get(middle).sequence();
            if (there == sequence) {
                return entries.get(middle);
            }
            if (there < sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** Records as they are now, of those that were folded and those that changed since. */
    static List<Entry> newest(List<Entry> folded, List<Entry> recent) {
        if (recent.isEmpty()) {
            return folded;
        }
        List<Entry> newest = new ArrayList<>(folded.size());
        int at = 0;
        for (Entry entry : folded) {
            while (at < recent.size() && recent.get(at).sequence() < entry.sequence()) {
                at++;
            }
            boolean changed = at < recent.size() && recent.get(at).sequence() == entry.sequence();
            newest.add(changed ? recent.get(at) : entry);
        }
        return newest;
    }

    /** The record of a segment with this id, as it was folded. */
    Optional<Entry> find(Connection connection, List<Segment> candidates, RecordId id) throws SQLException {
        for (Segment segment : candidates) {
            for (Entry entry : read(connection, segment)) {
                if (entry.intent().id().equals(id)) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }

    /** The record with headers and bodies; empty when it is gone. */
    Optional<JournalRecord> whole(Connection connection, Entry entry) throws SQLException {
        WriteIntent intent = entry.whole() ? entry.intent() : intent(connection, entry);
        if (intent == null) {
            return Optional.empty();
        }
        Outcome.Applied answer = entry.answer();
        if (answer == null && entry.answered() != null) {
            answer = answer(connection, entry, entry.answered());
            if (answer == null) {
                return Optional.empty();
            }
        }
        return Optional.of(entry.whole(intent, answer));
    }

    private @Nullable WriteIntent intent(Connection connection, Entry entry) throws SQLException {
        if (logged(connection, entry.written()) instanceof Event.Written written) {
            return written.intent();
        }
        try (PreparedStatement query = connection.prepareStatement("select headers, body from content where seq = ?")) {
            query.setLong(1, entry.sequence());
            try (ResultSet found = query.executeQuery()) {
                return found.next()
                        ? Coding.with(entry.intent(), bytes(found.getBytes(1)), bytes(found.getBytes(2)))
                        : null;
            }
        }
    }

    private Outcome.@Nullable Applied answer(Connection connection, Entry entry, Spot spot) throws SQLException {
        if (logged(connection, spot) instanceof Event.Answered answered) {
            return answered.applied();
        }
        try (PreparedStatement query =
                connection.prepareStatement("select status, headers, body from answer where seq = ?")) {
            query.setLong(1, entry.sequence());
            try (ResultSet found = query.executeQuery()) {
                return found.next()
                        ? new Outcome.Applied(
                                found.getInt(1),
                                entry.entity(),
                                Code.headers(bytes(found.getBytes(2))),
                                bytes(found.getBytes(3)))
                        : null;
            }
        }
    }

    /** The event at a place of the log; null when its row is gone, as it is when the record was moved meanwhile. */
    private @Nullable Event logged(Connection connection, Spot spot) throws SQLException {
        if (spot.isOwn()) {
            return null;
        }
        byte[] row = row(connection, spot.row());
        if (row == null) {
            return null;
        }
        if (spot.offset() >= row.length) {
            throw new JournalException("row " + spot.row() + " of the journal's log has " + row.length
                    + " bytes (expected more than " + spot.offset() + "): the file is damaged");
        }
        return coding.read(Unpacker.at(row, spot.offset()));
    }

    /** The table first: a file may hold, under the same number, what could not be flushed and was told as failed. */
    private byte @Nullable [] row(Connection connection, long number) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select bytes from log where row = ?")) {
            query.setLong(1, number);
            try (ResultSet found = query.executeQuery()) {
                if (found.next()) {
                    return found.getBytes(1);
                }
            }
        }
        return log.row(number);
    }

    /** The driver gives null for an empty blob. */
    private static byte[] bytes(byte @Nullable [] blob) {
        return blob == null ? new byte[0] : blob;
    }
}
