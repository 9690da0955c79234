package dev.bailey.journal.sqlite;

import dev.bailey.journal.sqlite.Book.Logged;
import dev.bailey.journal.sqlite.Coding.Event;
import dev.bailey.journal.sqlite.Entry.Spot;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one transaction does to records: rows of the log, and each record as it will be. */
final class Draft {

    /** A row is closed when it has so many bytes, so that one body can be read without many others. */
    private static final int ROW_BYTES = 32 * 1024;

    final Map<Long, Entry> states = new LinkedHashMap<>();
    final Map<RecordId, Entry> byId = new HashMap<>();

    /** What the records were before, where they were there. */
    final Map<Long, Entry> before = new HashMap<>();

    final List<Logged> events = new ArrayList<>();
    final Map<SliceName, Integer> appended = new HashMap<>();

    private final Coding coding;
    private final Packer packer;
    private final long firstRow;
    private final int rowBytes;
    private final List<Integer> ends = new ArrayList<>(1);
    private long nextRow;
    private int begin;
    private long last;

    private Draft(Coding coding, Packer packer, long lastRow, long last, int rowBytes) {
        this.rowBytes = rowBytes;
        this.coding = coding;
        this.packer = packer;
        this.firstRow = lastRow + 1;
        this.nextRow = firstRow;
        this.last = last;
        packer.clear();
    }

    static Draft after(Coding coding, Packer packer, long lastRow, long last) {
        return new Draft(coding, packer, lastRow, last, ROW_BYTES);
    }

    /** Of one row, however long it is: that of an earlier life. */
    static Draft replayed(Coding coding, long row, long last) {
        return new Draft(coding, new Packer(), row - 1, last, Integer.MAX_VALUE);
    }

    /** The next row and byte that an event is written to. */
    private Spot log(Event event) {
        if (packer.length() - begin >= rowBytes) {
            seal();
        }
        int at = packer.length();
        Spot spot = new Spot(nextRow, at - begin);
        coding.write(packer, event);
        events.add(new Logged(spot.row(), event.sequence(), packer.length() - at));
        return spot;
    }

    /** A change of state, an answer or a failed try. */
    void happened(Entry entry, Event event) {
        switch (event) {
            case Event.Written written -> written(written);
            case Event.Entered entered -> entered(entry, entered);
            case Event.Answered answered -> answered(entry, answered);
            case Event.Attempted attempted -> attempted(entry, attempted);
        }
    }

    /** An event that changes nothing, but takes its place in the row. */
    void pass(Event event) {
        log(event);
    }

    void written(Event.Written event) {
        keep(null, Entry.written(event.sequence(), event.intent(), event.now(), log(event)));
        appended.merge(event.intent().slice(), 1, Integer::sum);
    }

    Entry entered(Entry entry, Event.Entered event) {
        Spot spot = log(event);
        return keep(entry, entry.in(event.state(), event.note(), event.now(), spot.row()));
    }

    void answered(Entry entry, Event.Answered event) {
        keep(entry, entry.answered(event.applied(), log(event)));
    }

    void attempted(Entry entry, Event.Attempted event) {
        Spot spot = log(event);
        keep(entry, entry.attempted(event.reason(), event.at(), spot.row()));
    }

    private Entry keep(@Nullable Entry from, Entry to) {
        Entry earlier = states.put(to.sequence(), to);
        byId.put(to.intent().id(), to);
        if (earlier == null && from != null) {
            before.put(to.sequence(), from);
        }
        return to;
    }

    /** The bodies of a record have rows of their own now. */
    void moved(long sequence) {
        states.computeIfPresent(sequence, (_, entry) -> {
            Entry moved = entry.moved(firstRow);
            byId.put(moved.intent().id(), moved);
            return moved;
        });
    }

    long take() {
        return ++last;
    }

    /** A sequence that was given before. */
    void take(long sequence) {
        last = Math.max(last, sequence);
    }

    long last() {
        return last;
    }

    /** Closes the last row; all rows, in order. They are there until the next draft begins. */
    List<ByteBuffer> rows() {
        if (packer.length() > begin) {
            seal();
        }
        List<ByteBuffer> rows = new ArrayList<>(ends.size());
        int from = 0;
        for (int end : ends) {
            rows.add(packer.written(from, end));
            from = end;
        }
        return rows;
    }

    private void seal() {
        packer.seal(begin);
        nextRow = Frame.after(nextRow, packer.length() - begin);
        begin = packer.length();
        ends.add(begin);
    }

    long firstRow() {
        return firstRow;
    }

    /** The last number that its closed rows take. */
    long lastRow() {
        return nextRow - 1;
    }
}
