package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.Questions;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The questions asked of a journal file: of its book, and of its segments one at a time, so that none holds a connection for long. */
record StoreQuestions(Store store, Readers readers) implements Questions {

    /** As long as a commit may take at most, and more. */
    private static final int LOOKS = 10_000;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    private static final int SEEN_AT_ONCE = 2_048;
    private static final int LARGE = 256;

    @Override
    public void count(Figures figures) {
        Book.View view = store.book().view();
        store.book().appended().forEach(figures::appended);
        readers.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                            "select s.name, count(*) from gap g join slice s on s.id = g.slice group by s.name");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    figures.gap(new SliceName(row.getString(1)), row.getLong(2));
                }
            }
            return true;
        });
        forward(view, segment -> segment.undelivered() > 0, entry -> {
            if (entry.isOpen() && !entry.isGap()) {
                figures.move(new Figures.Move(
                        entry.intent().slice(),
                        entry.sequence(),
                        entry.at(),
                        Figures.Place.NOWHERE,
                        Figures.Place.of(entry.state(), true)));
            }
        });
    }

    @Override
    public void undelivered(Consumer<JournalRecord.Head> each) {
        forward(store.book().view(), segment -> segment.undelivered() > 0, entry -> {
            if (entry.isOpen() && !entry.isGap()) {
                each.accept(entry.head());
            }
        });
    }

    private void forward(Book.View view, Predicate<Segment> worth, Consumer<Entry> each) {
        for (Segment segment : view.segments()) {
            if (worth.test(segment)) {
                entries(segment, false).forEach(each);
            }
        }
        view.unfolded().forEach(each);
    }

    /** What is newer is looked at first: it may be folded meanwhile, and is read then. */
    private List<Entry> entries(Segment segment, boolean keptAtHand) {
        List<Entry> recent = store.book().recentOf(segment);
        List<Entry> folded = readers.read(connection -> keptAtHand
                ? store.shelf().read(connection, segment)
                : store.shelf().readAnew(connection, segment));
        return Shelf.newest(folded, recent);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        Entry recent = store.book().recent(id);
        if (recent != null && recent.whole() && (recent.answered() == null || recent.answer() != null)) {
            return Optional.of(recent.whole(recent.intent(), recent.answer()));
        }
        return readers.read(connection -> {
            Optional<Entry> found = recent != null ? Optional.of(recent) : folded(connection, id);
            return found.isEmpty() ? Optional.empty() : store.shelf().whole(connection, found.get());
        });
    }

    /**
     * A segment that compaction rewrites is gone from the file a moment before it is gone from the book: what is not found there
     * is looked for again once the book says where it is now.
     */
    private Optional<Entry> folded(Connection connection, RecordId id) throws SQLException {
        for (int look = 1; ; look++) {
            List<Segment> segments = store.book().segmentsWith(id);
            Optional<Entry> found = store.shelf().find(connection, segments, id);
            if (found.isPresent()) {
                Entry newer = store.book().recent(found.get().sequence());
                return newer == null ? found : Optional.of(newer);
            }
            Entry recent = store.book().recent(id);
            if (recent != null) {
                return Optional.of(recent);
            }
            if (!isBeingRewritten(connection, segments)
                    && segments.equals(store.book().segmentsWith(id))) {
                return Optional.empty();
            }
            if (look == LOOKS) {
                throw new SQLException(
                        "segments of the journal are in its book and not in its file: the file is damaged");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private boolean isBeingRewritten(Connection connection, List<Segment> segments) throws SQLException {
        for (Segment segment : segments) {
            if (store.shelf().read(connection, segment).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<JournalRecord.Head> list(JournalQuery query) {
        boolean openOnly = !query.states().isEmpty() && query.states().stream().noneMatch(RecordState::isFinal);
        List<JournalRecord.Head> heads = new ArrayList<>();
        backward(query.before().orElse(Long.MAX_VALUE), segment -> !openOnly || segment.open() > 0, entry -> {
            if (matches(entry, query)) {
                heads.add(entry.head());
            }
            return heads.size() < query.limit();
        });
        return heads;
    }

    private static boolean matches(Entry entry, JournalQuery query) {
        return (query.states().isEmpty() || query.states().contains(entry.state()))
                && (query.slice().isEmpty()
                        || query.slice().get().equals(entry.intent().slice()))
                && (query.entity().isEmpty() || query.entity().equals(entry.entity()));
    }

    /** Newest first, until one says that it is enough. */
    private void backward(long before, Predicate<Segment> worth, Predicate<Entry> goesOn) {
        Book.View view = store.book().view();
        for (Entry entry : view.unfolded().reversed()) {
            if (entry.sequence() < before && !goesOn.test(entry)) {
                return;
            }
        }
        for (Segment segment : view.segments().reversed()) {
            if (segment.first() >= before || !worth.test(segment)) {
                continue;
            }
            for (Entry entry : entries(segment, false).reversed()) {
                if (entry.sequence() < before && !goesOn.test(entry)) {
                    return;
                }
            }
        }
    }

    @Override
    public List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit) {
        return readers.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "select distinct entity from gap where slice = (select id from slice where name = ?)"
                            + " and entity > ? order by entity limit ?")) {
                query.setString(1, slice.value());
                query.setString(2, after.map(EntityKey::value).orElse(""));
                query.setInt(3, limit);
                List<EntityKey> keys = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        keys.add(new EntityKey(row.getString(1)));
                    }
                }
                return keys;
            }
        });
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        long moment = Code.of(since);
        Set<EntityKey> keys = new LinkedHashSet<>();
        backward(Long.MAX_VALUE, segment -> segment.lastAt() >= moment, entry -> {
            if (keys.size() < limit
                    && entry.at() >= moment
                    && entry.state() != RecordState.REJECTED
                    && entry.intent().slice().equals(slice)) {
                entry.entity().ifPresent(keys::add);
            }
            return keys.size() < limit;
        });
        return List.copyOf(keys);
    }

    /** The rows of whole segments, and of what has none: they are removed together. */
    @Override
    public Removable removable(long after, long before, int limit) {
        List<Long> sequences = new ArrayList<>();
        long lastSeen = after;
        int seen = 0;
        while (sequences.size() < limit && seen < SEEN_AT_ONCE) {
            Segment segment = store.book().segmentAfter(lastSeen);
            if (segment == null) {
                addRemovable(sequences, store.book().unfoldedSince(lastSeen, before), before);
                return new Removable(sequences, lastSeen, false);
            }
            if (segment.firstAt() >= before) {
                return new Removable(sequences, lastSeen, false);
            }
            if (segment.undelivered() < segment.records()) {
                List<Long> ofSegment = new ArrayList<>();
                addRemovable(ofSegment, entries(segment, true), before);
                if (isWorthIt(segment, ofSegment.size(), before)) {
                    sequences.addAll(ofSegment);
                }
                seen += segment.records();
            }
            lastSeen = segment.last();
        }
        return new Removable(sequences, lastSeen, true);
    }

    /** A large segment that is not old yet would be written anew time and again; it waits until half of it may go. */
    private static boolean isWorthIt(Segment segment, int removable, long before) {
        return segment.lastAt() < before || segment.records() < LARGE || removable * 2 >= segment.records();
    }

    private void addRemovable(List<Long> sequences, List<Entry> entries, long before) {
        for (Entry entry : entries) {
            if (entry.changed() < before && (!entry.isOpen() || entry.isGap() && hasNewer(entry))) {
                sequences.add(entry.sequence());
            }
        }
    }

    private boolean hasNewer(Entry entry) {
        return entry.entity().isPresent()
                && readers.read(connection -> {
                    Integer slice = store.slices().id(entry.intent().slice());
                    if (slice == null) {
                        throw new JournalException("slice " + entry.intent().slice() + " has no number");
                    }
                    try (PreparedStatement query = connection.prepareStatement(
                            "select 1 from gap where slice = ? and entity = ? and seq > ? limit 1")) {
                        query.setInt(1, slice);
                        query.setString(2, entry.entity().get().value());
                        query.setLong(3, entry.sequence());
                        try (ResultSet found = query.executeQuery()) {
                            return found.next();
                        }
                    }
                });
    }
}
