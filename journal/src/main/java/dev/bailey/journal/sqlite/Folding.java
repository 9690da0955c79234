package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.sqlite.Book.Logged;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.WriteIntent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the beginning of what the log tells into segments: most records are final by then, and are written once. A record
 * that changes after its segment was written gets a late row. All in the writer's transaction.
 */
final class Folding {

    static final String FIGURES = "insert or replace into segment (first, last, records, open, gap, parked, from_row,"
            + " min_id, max_id, first_at, last_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    static final int SEGMENT_RECORDS = 512;

    /** A segment with so many records grows no more: whatever is added writes all of it anew. */
    private static final int GROWN_RECORDS = SEGMENT_RECORDS / 2;

    private final SqlTables tables;
    private final Book book;
    private final Coding coding;
    private final Shelf shelf;
    private final Packer packer = new Packer();

    /** The heads of the newest segment while it may grow. */
    private final Packer growing = new Packer();

    private long grown;
    private long bytes;

    Folding(SqlTables tables, Book book, Coding coding, Shelf shelf) {
        this.tables = tables;
        this.book = book;
        this.coding = coding;
        this.shelf = shelf;
    }

    /** About how many bytes it has written since this was last asked. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    /** Folds what is committed, up to a row of the log. */
    void fold(Structure structure, long toRow) throws SQLException {
        TreeMap<Long, Entry> fresh = new TreeMap<>();
        Set<Segment> late = new LinkedHashSet<>();
        for (Logged event : book.tailTo(toRow)) {
            if (event.sequence() > book.foldedTo()) {
                Entry entry = book.recent(event.sequence());
                if (entry != null) {
                    fresh.put(event.sequence(), entry);
                }
            } else {
                Segment segment = structure.segmentOf(book, event.sequence());
                if (segment != null) {
                    late.add(segment);
                }
            }
        }
        List<Entry> entries = new ArrayList<>(fresh.values());
        for (int from = 0; from < entries.size(); ) {
            Segment newest = newest(structure);
            int room = newest == null ? SEGMENT_RECORDS : SEGMENT_RECORDS - newest.records();
            List<Entry> some = entries.subList(from, Math.min(entries.size(), from + room));
            grow(structure, newest, some);
            from += some.size();
        }
        for (Segment segment : late) {
            boolean hasGrown = structure.segments.containsKey(segment.first());
            if (!hasGrown) {
                writeLate(structure, segment);
            }
        }
        structure.mark = toRow;
        entries.forEach(entry -> structure.folded.merge(entry.intent().slice(), 1, Integer::sum));
        meta("folded", toRow);
        writeTotals(structure);
    }

    /** Writes how many records each slice had as far as they are folded, and the last sequence that was given. */
    private void writeTotals(Structure structure) throws SQLException {
        for (Map.Entry<SliceName, Integer> slice : structure.folded.entrySet()) {
            PreparedStatement update = tables.prepared("update slice set appended = appended + ? where id = ?");
            update.setInt(1, slice.getValue());
            update.setLong(2, tables.id(slice.getKey()));
            update.executeUpdate();
        }
        writeLast();
    }

    /** Writes the last sequence that was given, for when no record and no fence tells it any more. */
    void writeLast() throws SQLException {
        meta("last", tables.last());
    }

    private void meta(String name, long value) throws SQLException {
        PreparedStatement update = tables.prepared("update meta set value = ? where name = ?");
        update.setLong(1, value);
        update.setString(2, name);
        update.executeUpdate();
    }

    /** The newest segment, when it is as it was when it was last written here and has room. */
    private @Nullable Segment newest(Structure structure) {
        Segment newest = structure.segments.isEmpty()
                ? book.newest()
                : structure.segments.lastEntry().getValue();
        return newest != null && newest.content() == grown && newest.records() < GROWN_RECORDS ? newest : null;
    }

    /** Writes a new segment of these records, or the newest with these records behind its own. */
    private void grow(Structure structure, @Nullable Segment newest, List<Entry> entries) throws SQLException {
        Reach reach = book.reach();
        for (Segment segment : structure.segments.values()) {
            reach = segment == null ? reach : reach.with(segment.minId(), segment.maxId());
        }
        Segment added = Segment.of(entries, reach, book.nextContent());
        if (newest == null) {
            growing.clear();
        } else {
            writeChanges(structure, newest);
        }
        for (Entry entry : entries) {
            coding.head(growing, entry);
        }
        Segment written = newest == null ? added : newest.with(added);
        write(structure, written, growing);
        grown = written.content();
    }

    void write(Structure structure, Segment segment, List<Entry> entries) throws SQLException {
        packer.clear();
        for (Entry entry : entries) {
            coding.head(packer, entry);
        }
        write(structure, segment, packer);
    }

    private void write(Structure structure, Segment segment, Packer packed) throws SQLException {
        PreparedStatement heads = tables.prepared("insert or replace into heads (first, bytes) values (?, ?)");
        heads.setLong(1, segment.first());
        heads.setBytes(2, packed.sealed());
        heads.executeUpdate();
        bytes += packed.length();
        writeFigures(segment);
        structure.segments.put(segment.first(), segment);
    }

    private void writeFigures(Segment segment) throws SQLException {
        PreparedStatement figures = tables.prepared(FIGURES);
        bind(figures, segment);
        figures.executeUpdate();
    }

    static void bind(PreparedStatement figures, Segment segment) throws SQLException {
        figures.setLong(1, segment.first());
        figures.setLong(2, segment.last());
        figures.setInt(3, segment.records());
        figures.setInt(4, segment.open());
        figures.setInt(5, segment.gap());
        figures.setInt(6, segment.parked());
        figures.setLong(7, segment.fromRow());
        figures.setString(8, segment.minId());
        figures.setString(9, segment.maxId());
        figures.setLong(10, segment.firstAt());
        figures.setLong(11, segment.lastAt());
    }

    /** All changes of a segment's records that are known, so that its figures and they agree. */
    private void writeLate(Structure structure, Segment segment) throws SQLException {
        writeChanges(structure, segment);
        Segment written = segment.kept(book.nextContent());
        writeFigures(written);
        structure.segments.put(written.first(), written);
        if (segment.content() == grown) {
            grown = written.content();
        }
    }

    private void writeChanges(Structure structure, Segment segment) throws SQLException {
        PreparedStatement late = tables.prepared("insert or replace into late (seq, bytes) values (?, ?)");
        for (Entry entry : book.recentOf(segment)) {
            Entry kept = entry.written().isOwn() ? moveAnswer(structure, entry) : entry;
            packer.clear();
            coding.head(packer, kept);
            late.setLong(1, kept.sequence());
            late.setBytes(2, packer.sealed());
            late.executeUpdate();
            bytes += packer.length();
        }
    }

    private Entry moveAnswer(Structure structure, Entry entry) throws SQLException {
        Entry moved = move(tables.connection(), entry);
        if (!moved.equals(entry)) {
            structure.moved.put(moved.sequence(), moved);
        }
        return moved;
    }

    /** Gives a record's headers and bodies rows of their own, so that the log can go. */
    Entry move(Connection connection, Entry entry) throws SQLException {
        if (entry.written().isOwn()
                && (entry.answered() == null || entry.answered().isOwn())) {
            return entry;
        }
        JournalRecord whole = shelf.whole(connection, entry)
                .orElseThrow(() -> new JournalException("the bodies of record "
                        + entry.intent().id() + " are not in the journal's log: the file is damaged"));
        if (!entry.written().isOwn()) {
            WriteIntent intent = whole.intent();
            PreparedStatement content = tables.prepared(
                    "insert or replace into content (seq, idempotency_key, headers, body)" + " values (?, ?, ?, ?)");
            content.setLong(1, entry.sequence());
            content.setString(2, intent.idempotencyKey());
            content.setBytes(3, Code.of(intent.headers()));
            content.setBytes(4, intent.body());
            content.executeUpdate();
            bytes += intent.body().length;
        }
        if (entry.answered() != null && whole.applied().isPresent()) {
            Outcome.Applied applied = whole.applied().get();
            PreparedStatement answer =
                    tables.prepared("insert or replace into answer (seq, status, headers, body) values (?, ?, ?, ?)");
            answer.setLong(1, entry.sequence());
            answer.setInt(2, applied.status());
            answer.setBytes(3, Code.of(applied.headers()));
            answer.setBytes(4, applied.body());
            answer.executeUpdate();
            bytes += applied.body().length;
        }
        return entry.moved(Long.MAX_VALUE);
    }
}
