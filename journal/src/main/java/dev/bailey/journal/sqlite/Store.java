package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.sqlite.Coding.Event;
import dev.bailey.model.route.SliceName;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A journal file's records: the log, the segments it was folded into, and the book of where what is. Thread-safe. */
final class Store {

    /** From which row on the log has files; 0 when it has none. */
    private static final String FILES = "select value from meta where name = 'files'";

    private final Slices slices = new Slices();
    private final Coding coding = new Coding(slices);
    private final LogFiles log;
    private final Shelf shelf;
    private final AtomicLong contents = new AtomicLong();
    private volatile Book book = new Book(contents);
    private final Tail tail;
    private boolean fresh;
    private LogReading.@Nullable Last last;

    private Store(LogFiles log, Tail tail) {
        this.log = log;
        this.shelf = new Shelf(coding, log);
        this.tail = tail;
    }

    /** Of a file whose tables are laid out, and of the files of its log. */
    static Store read(Connection connection, LogFiles log, Tail tail) throws SQLException {
        Store store = new Store(log, tail);
        store.load(connection);
        store.fresh = true;
        return store;
    }

    Tail tail() {
        return tail;
    }

    Slices slices() {
        return slices;
    }

    Coding coding() {
        return coding;
    }

    Shelf shelf() {
        return shelf;
    }

    Book book() {
        return book;
    }

    LogFiles log() {
        return log;
    }

    /**
     * Makes durable what was found: whoever wrote it may have died before the flush, and from now on it is built upon.
     *
     * @throws JournalException when that fails
     */
    void secure() {
        log.secure(last);
    }

    /** For the writer, who may have failed: whatever was committed is read, unless that was just done. */
    void begin(Connection connection) throws SQLException {
        if (!fresh) {
            load(connection);
        }
        fresh = false;
        long next = book.lastRow() + 1;
        if (number(connection, FILES) == 0) {
            try (PreparedStatement update =
                    connection.prepareStatement("update meta set value = ? where name = 'files'")) {
                update.setLong(1, next);
                update.executeUpdate();
            }
        }
        log.prepare(next);
    }

    private void load(Connection connection) throws SQLException {
        slices.read(connection);
        Book next = new Book(contents);
        long folded = number(connection, "select value from meta where name = 'folded'");
        long last = Math.max(
                number(connection, "select value from meta where name = 'last'"),
                number(connection, "select max(seq) from fence"));
        next.begin(folded, last, number(connection, "select min(row) from log"));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select name, appended from slice")) {
            while (row.next()) {
                next.slice(new SliceName(row.getString(1)), row.getLong(2));
            }
        }
        segments(connection, next);
        replay(connection, next, folded);
        book = next;
    }

    private void segments(Connection connection, Book next) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select first, last, records, open, gap, parked, from_row, min_id,"
                                + " max_id, first_at, last_at from segment order by first")) {
            Reach reach = Reach.NONE;
            while (row.next()) {
                reach = reach.with(row.getString(8), row.getString(9));
                Segment segment = new Segment(
                        row.getLong(1),
                        row.getLong(2),
                        row.getInt(3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getInt(6),
                        row.getLong(7),
                        row.getString(8),
                        row.getString(9),
                        row.getLong(10),
                        row.getLong(11),
                        reach,
                        next.nextContent());
                next.add(segment);
            }
        }
        for (Segment segment : next.view().segments()) {
            if (segment.parked() > 0) {
                shelf.readAnew(connection, segment).stream()
                        .filter(Entry::isParked)
                        .forEach(next::addParked);
            }
        }
    }

    /** What the log tells that is not folded. A change of a record that is gone, or was folded with it, changes nothing. */
    private void replay(Connection connection, Book next, long folded) throws SQLException {
        try (LogReading reading = new LogReading(connection, log, (row, bytes) -> {
            Unpacker from = Unpacker.checked(bytes, "row " + row + " of the log");
            Draft draft = Draft.replayed(coding, row, next.last());
            while (from.hasMore()) {
                replay(connection, next, draft, coding.read(from), row);
            }
            draft.rows();
            next.publish(draft, new Structure());
        })) {
            next.reached(reading.read(folded, number(connection, FILES)));
            last = reading.last();
        } catch (IOException e) {
            throw new JournalException("the journal's log cannot be read: " + e, e);
        }
    }

    private void replay(Connection connection, Book next, Draft draft, Event event, long row) throws SQLException {
        if (event instanceof Event.Written written) {
            draft.take(written.sequence());
            draft.written(written);
            return;
        }
        Entry entry = draft.states.get(event.sequence());
        if (entry == null) {
            Entry before = next.recent(event.sequence());
            entry = before == null ? folded(connection, next, event.sequence()) : before;
            if (entry == null || entry.row() >= row) {
                draft.pass(event);
                return;
            }
        }
        draft.happened(entry, event);
    }

    private @Nullable Entry folded(Connection connection, Book next, long sequence) throws SQLException {
        Segment segment = next.segmentOf(sequence);
        if (segment != null) {
            return Shelf.at(shelf.read(connection, segment), sequence);
        }
        return null;
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            if (!found.next()) {
                throw new JournalException("the journal file does not know how far it was folded: it is damaged");
            }
            return found.getLong(1);
        }
    }
}
