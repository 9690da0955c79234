package dev.bailey.journal.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes records: whole segments where it can, and else it writes a segment anew with those that stay, whose bodies get
 * rows of their own. So the oldest rows of the log are soon needed by nobody, and go. All in the writer's transaction.
 */
final class Removal {

    /** Rows of the log that a transaction frees at least, where there are as many. */
    private static final int ROWS = 64;

    /** Bytes of the log that a transaction frees at most: more for each record it removes than most records have. */
    private static final long BYTES = 1L << 20;

    private static final long BYTES_FOR_A_RECORD = 4_096;

    /** Records that stay and are given rows of their own in one transaction, beside those of the segments concerned. */
    private static final int MOVED = 256;

    private final SqlTables tables;
    private final Book book;
    private final Folding folding;

    Removal(SqlTables tables, Book book, Folding folding) {
        this.tables = tables;
        this.book = book;
        this.folding = folding;
    }

    void remove(Structure structure, Draft draft, List<Long> sequences) throws SQLException {
        Set<Long> wanted = new HashSet<>(sequences);
        List<Segment> concerned = new ArrayList<>();
        long last = 0;
        for (long sequence : sequences) {
            last = Math.max(last, sequence);
        }
        if (last > book.foldedTo() && structure.mark == 0) {
            folding.fold(structure, book.lastRow());
            structure.moved.keySet().forEach(draft::moved);
        }
        long until = 0;
        for (long sequence : sequences.stream().sorted().toList()) {
            Segment segment = sequence <= until ? null : structure.segmentOf(book, sequence);
            if (segment != null) {
                concerned.add(segment);
                until = segment.last();
            }
        }
        for (Segment segment : concerned) {
            rewrite(structure, draft, segment, wanted);
        }
        moveOthers(structure, draft, last);
        free(structure, ROWS + 4 * sequences.size(), BYTES + BYTES_FOR_A_RECORD * sequences.size());
    }

    private void rewrite(Structure structure, Draft draft, Segment segment, Set<Long> wanted) throws SQLException {
        List<Entry> staying = new ArrayList<>();
        for (Entry entry : tables.entries(segment)) {
            if (wanted.contains(entry.sequence())) {
                removed(structure, entry);
            } else {
                Entry moved = folding.move(tables.connection(), entry);
                structure.moved.put(moved.sequence(), moved);
                draft.moved(moved.sequence());
                staying.add(moved);
            }
        }
        delete("late", "seq", segment.first(), segment.last());
        if (staying.isEmpty() || staying.getFirst().sequence() != segment.first()) {
            delete("heads", "first", segment.first(), segment.first());
            delete("segment", "first", segment.first(), segment.first());
            structure.segments.put(segment.first(), null);
        }
        if (staying.isEmpty()) {
            delete("content", "seq", segment.first(), segment.last());
            delete("answer", "seq", segment.first(), segment.last());
        } else {
            folding.write(structure, Segment.of(staying, segment.reach(), book.nextContent()), staying);
        }
    }

    private void removed(Structure structure, Entry entry) throws SQLException {
        structure.removed.put(entry.sequence(), entry);
        if (entry.written().isOwn()) {
            delete("content", "seq", entry.sequence(), entry.sequence());
            delete("answer", "seq", entry.sequence(), entry.sequence());
        }
        if (entry.isGap()) {
            tables.gap(entry, false);
        }
    }

    /** Segments before these of which nothing is removed must not keep the log from going. */
    private void moveOthers(Structure structure, Draft draft, long before) throws SQLException {
        int moved = 0;
        for (Segment known : book.pinnedBefore(before)) {
            if (structure.segments.containsKey(known.first())) {
                continue;
            }
            if (moved > 0 && moved + known.records() > MOVED) {
                return;
            }
            moved += known.records();
            rewrite(structure, draft, known, Set.of());
        }
    }

    /** Lets rows of the log go that nobody needs any more, of its table so many at most and so many bytes. */
    void free(Structure structure, int rows, long bytes) throws SQLException {
        long needed = book.neededFrom(structure);
        structure.neededFrom = needed;
        long from = Math.max(book.freedTo(), structure.freedTo);
        long to = from;
        PreparedStatement query =
                tables.prepared("select row, length(bytes) from log where row >= ? and row < ? order by row limit ?");
        query.setLong(1, from);
        query.setLong(2, needed);
        query.setInt(3, rows);
        try (ResultSet row = query.executeQuery()) {
            long sum = 0;
            while (sum < bytes && row.next()) {
                to = row.getLong(1) + 1;
                sum += row.getLong(2);
            }
        }
        if (to > from) {
            delete("log", "row", from, to - 1);
            structure.freedTo = to;
        }
    }

    private void delete(String table, String column, long from, long to) throws SQLException {
        PreparedStatement delete = tables.prepared("delete from " + table + " where " + column + " between ? and ?");
        delete.setLong(1, from);
        delete.setLong(2, to);
        delete.executeUpdate();
    }
}
