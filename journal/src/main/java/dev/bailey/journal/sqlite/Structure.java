package dev.bailey.journal.sqlite;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one transaction changes in the segments and in how far the log was folded; true when it commits. */
final class Structure {

    /** Segments by their first sequence; null where one is gone. */
    final TreeMap<Long, @Nullable Segment> segments = new TreeMap<>();

    /** Records folded for the first time. */
    final Map<SliceName, Integer> folded = new HashMap<>();

    /** Records whose bodies have rows of their own now. */
    final Map<Long, Entry> moved = new HashMap<>();

    final Map<Long, Entry> removed = new HashMap<>();

    /** Rows of the log up to here are folded; 0 when none is. */
    long mark;

    /** Rows of the log's table before this one are gone; 0 when none is. */
    long freedTo;

    /** Rows of the log before this one are needed no more; 0 where that was not looked at. */
    long neededFrom;

    /** Segments that may hold a record of this id: those of the transaction in the place of those that it writes anew. */
    List<Segment> segmentsWith(Book book, RecordId id) {
        List<Segment> known = book.segmentsWith(id);
        if (segments.isEmpty()) {
            return known;
        }
        List<Segment> found = new ArrayList<>(known.size() + segments.size());
        for (Segment segment : segments.descendingMap().values()) {
            if (segment != null && segment.mayHold(id.value())) {
                found.add(segment);
            }
        }
        for (Segment segment : known) {
            if (!segments.containsKey(segment.first())) {
                found.add(segment);
            }
        }
        return found;
    }

    @Nullable
    Segment segmentOf(Book book, long sequence) {
        Map.Entry<Long, @Nullable Segment> mine = segments.floorEntry(sequence);
        Segment known = book.segmentOf(sequence);
        if (mine != null && (known == null || mine.getKey() >= known.first())) {
            Segment segment = mine.getValue();
            return segment == null || segment.last() < sequence ? null : segment;
        }
        return known;
    }
}
