package dev.bailey.journal.sqlite;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is committed, as far as it is kept in memory: the records the end of the log tells of, and where all others are. The
 * writer changes it after each commit; others look at it under its lock. Thread-safe.
 */
final class Book {

    private static final int PINNED_AT_ONCE = 8;

    private final ReentrantLock lock = new ReentrantLock();

    /** Records that are newer here than in their segment, or have none yet. */
    private final TreeMap<Long, Entry> recent = new TreeMap<>();

    private final Map<RecordId, Entry> recentById = new HashMap<>();
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final Map<Place, TreeSet<Long>> parked = new HashMap<>();
    private final Map<SliceName, Long> appended = new HashMap<>();

    /** The events of the log that are not folded. */
    private final ArrayDeque<Logged> tail = new ArrayDeque<>();

    /** No segment that begins before this sequence is pinned. */
    private long pinnedFrom = Long.MAX_VALUE;

    private long tailBytes;
    private long mark;
    private long foldedTo;
    private long lastRow;
    private long last;
    private long freedTo;

    private final AtomicLong contents;

    /** @param contents numbers that no content of a segment had before */
    Book(AtomicLong contents) {
        this.contents = contents;
    }

    /** An event of the log. */
    record Logged(long row, long sequence, int bytes) {}

    private record Place(SliceName slice, EntityKey entity) {}

    /** Where an earlier life had come to. */
    void begin(long foldedRow, long lastSequence, long firstRow) {
        mark = foldedRow;
        lastRow = foldedRow;
        last = lastSequence;
        freedTo = firstRow;
    }

    void slice(SliceName slice, long records) {
        appended.put(slice, records);
    }

    /** The last number that is in use. */
    void reached(long row) {
        lastRow = row;
    }

    /** A segment that was kept before; in order. */
    void add(Segment segment) {
        segments.put(segment.first(), segment);
        foldedTo = Math.max(foldedTo, segment.last());
        if (segment.isPinned()) {
            pinnedFrom = Math.min(pinnedFrom, segment.first());
        }
    }

    void addParked(Entry entry) {
        park(entry, true);
    }

    /** What is seen under the lock. */
    <T> T look(Supplier<T> at) {
        lock.lock();
        try {
            return at.get();
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what a transaction has committed. */
    void publish(Draft draft, Structure structure) {
        lock.lock();
        try {
            restructure(structure);
            draft.states.forEach((sequence, entry) -> {
                Entry before = recent.put(sequence, entry);
                recentById.put(entry.intent().id(), entry);
                count(before == null ? draft.before.get(sequence) : before, entry);
            });
            for (Logged event : draft.events) {
                tail.add(event);
                tailBytes += event.bytes();
            }
            draft.appended.forEach((slice, records) -> appended.merge(slice, (long) records, Long::sum));
            lastRow = draft.lastRow();
            last = draft.last();
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what a transaction has folded. */
    void publish(Structure structure) {
        lock.lock();
        try {
            restructure(structure);
        } finally {
            lock.unlock();
        }
    }

    private void count(@Nullable Entry before, Entry after) {
        if (before != null && before.isParked()) {
            park(before, false);
        }
        if (after.isParked()) {
            park(after, true);
        }
        Segment segment = segmentOf(after.sequence());
        if (segment != null && before != null) {
            segments.put(segment.first(), segment.changed(before, after));
        }
    }

    private void park(Entry entry, boolean isParked) {
        entry.entity().ifPresent(entity -> {
            Place place = new Place(entry.intent().slice(), entity);
            TreeSet<Long> there = parked.computeIfAbsent(place, _ -> new TreeSet<>());
            if (isParked) {
                there.add(entry.sequence());
            } else {
                there.remove(entry.sequence());
            }
            if (there.isEmpty()) {
                parked.remove(place);
            }
        });
    }

    private void restructure(Structure structure) {
        structure.segments.forEach((first, segment) -> {
            if (segment == null) {
                segments.remove(first);
            } else {
                add(segment);
            }
        });
        structure.moved.forEach((sequence, entry) -> {
            if (recent.replace(sequence, entry) != null) {
                recentById.put(entry.intent().id(), entry);
            }
        });
        mark = Math.max(mark, structure.mark);
        freedTo = Math.max(freedTo, structure.freedTo);
        Logged event = tail.peek();
        while (event != null && event.row() <= mark) {
            tail.remove();
            tailBytes -= event.bytes();
            Entry entry = recent.get(event.sequence());
            if (entry != null && entry.row() <= mark) {
                forget(entry);
            }
            event = tail.peek();
        }
        structure.removed.values().forEach(this::forget);
    }

    private void forget(Entry entry) {
        recent.remove(entry.sequence());
        recentById.remove(entry.intent().id());
    }

    @Nullable
    Entry recent(long sequence) {
        return look(() -> recent.get(sequence));
    }

    @Nullable
    Entry recent(RecordId id) {
        return look(() -> recentById.get(id));
    }

    /** Those of a segment that are newer here, in order. */
    List<Entry> recentOf(Segment segment) {
        return look(() -> new ArrayList<>(
                recent.subMap(segment.first(), true, segment.last(), true).values()));
    }

    /** Those that have no segment yet, in order. */
    List<Entry> unfolded() {
        return look(() -> new ArrayList<>(recent.tailMap(foldedTo, false).values()));
    }

    /** Those of them behind a sequence, when the first was written before a moment. */
    List<Entry> unfoldedSince(long sequence, long before) {
        return look(() -> {
            Map.Entry<Long, Entry> first = recent.higherEntry(Math.max(foldedTo, sequence));
            return first == null || first.getValue().at() >= before
                    ? List.of()
                    : new ArrayList<>(recent.tailMap(first.getKey(), true).values());
        });
    }

    @Nullable
    Segment segmentOf(long sequence) {
        return look(() -> {
            Map.Entry<Long, Segment> found = segments.floorEntry(sequence);
            return found == null || found.getValue().last() < sequence ? null : found.getValue();
        });
    }

    @Nullable
    Segment newest() {
        return look(() -> segments.isEmpty() ? null : segments.lastEntry().getValue());
    }

    /** The first segment with a record behind this one. */
    @Nullable
    Segment segmentAfter(long sequence) {
        return look(() -> {
            Map.Entry<Long, Segment> found = segments.floorEntry(sequence);
            if (found == null || found.getValue().last() <= sequence) {
                found = segments.higherEntry(sequence);
            }
            return found == null ? null : found.getValue();
        });
    }

    /** Segments that may hold a record of this id, newest first. */
    List<Segment> segmentsWith(RecordId id) {
        return look(() -> {
            Map.Entry<Long, Segment> newest = segments.lastEntry();
            if (newest == null || !newest.getValue().reach().mayHold(id.value())) {
                return List.of();
            }
            List<Segment> found = new ArrayList<>();
            for (Segment segment : segments.descendingMap().values()) {
                if (!segment.reach().mayHold(id.value())) {
                    break;
                }
                if (segment.mayHold(id.value())) {
                    found.add(segment);
                }
            }
            return found;
        });
    }

    /** All segments and what has none, at one moment; in order. */
    View view() {
        return look(() -> new View(List.copyOf(segments.values()), unfolded()));
    }

    record View(List<Segment> segments, List<Entry> unfolded) {}

    List<Long> parked(SliceName slice, EntityKey entity) {
        return look(() -> List.copyOf(parked.getOrDefault(new Place(slice, entity), new TreeSet<>())));
    }

    Map<SliceName, Long> appended() {
        return look(() -> Map.copyOf(appended));
    }

    /** The events of the log up to a row, in order. */
    List<Logged> tailTo(long row) {
        return look(() -> {
            List<Logged> events = new ArrayList<>();
            for (Logged event : tail) {
                if (event.row() > row) {
                    break;
                }
                events.add(event);
            }
            return events;
        });
    }

    int tailEvents() {
        return tail.size();
    }

    long tailBytes() {
        return tailBytes;
    }

    Reach reach() {
        return look(() -> segments.isEmpty()
                ? Reach.NONE
                : segments.lastEntry().getValue().reach());
    }

    private void passUnpinned() {
        Map.Entry<Long, Segment> at = segments.ceilingEntry(pinnedFrom);
        while (at != null && !at.getValue().isPinned()) {
            at = segments.higherEntry(at.getKey());
        }
        pinnedFrom = at == null ? Long.MAX_VALUE : at.getKey();
    }

    /** A few of the oldest segments before a sequence whose bodies are in the log. */
    List<Segment> pinnedBefore(long sequence) {
        return look(() -> {
            passUnpinned();
            return segments.tailMap(pinnedFrom, true).values().stream()
                    .takeWhile(segment -> segment.last() < sequence)
                    .filter(Segment::isPinned)
                    .limit(PINNED_AT_ONCE)
                    .toList();
        });
    }

    /** The number to which the oldest events of the log are folded: the last before there are more new records than a step has. */
    long rowToFold(Tail.Step step) {
        return look(() -> {
            int events = 0;
            long bytes = 0;
            int records = 0;
            long newest = foldedTo;
            boolean isFirst = true;
            boolean isEnough = false;
            long row = 0;
            for (Logged event : tail) {
                if (event.row() != row) {
                    if (isEnough) {
                        return event.row() - 1;
                    }
                    isFirst = row == 0;
                    row = event.row();
                }
                events++;
                bytes += event.bytes();
                if (event.sequence() > newest) {
                    newest = event.sequence();
                    records++;
                }
                if (records > step.records() && !isFirst) {
                    return row - 1;
                }
                isEnough = events >= step.events() || bytes >= step.bytes();
            }
            return lastRow;
        });
    }

    /** The oldest row of the log that holds a body of a folded record, or has not been folded. */
    long neededFrom(Structure structure) {
        return look(() -> {
            long needed = Math.max(mark, structure.mark) + 1;
            passUnpinned();
            for (Segment segment : segments.tailMap(pinnedFrom, true).values()) {
                if (segment.isPinned() && !structure.segments.containsKey(segment.first())) {
                    needed = Math.min(needed, segment.fromRow());
                    break; // bodies are in the log in the order of their sequences
                }
            }
            for (Segment segment : structure.segments.values()) {
                if (segment != null && segment.isPinned()) {
                    needed = Math.min(needed, segment.fromRow());
                }
            }
            return needed;
        });
    }

    /** A number that no content of a segment had before. */
    long nextContent() {
        return contents.incrementAndGet();
    }

    long mark() {
        return mark;
    }

    long foldedTo() {
        return foldedTo;
    }

    long lastRow() {
        return lastRow;
    }

    long last() {
        return last;
    }

    long freedTo() {
        return freedTo;
    }
}
