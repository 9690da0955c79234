package dev.bailey.journal.sqlite;

import dev.bailey.control.state.SimulatedStore;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.Tables;
import dev.bailey.journal.sqlite.Image.Stored;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The journal's tables in the shared store, in the place of PostgreSQL's: numbers are drawn in transactions that are committed in
 * another order, and each commit shows itself to whoever looks next. Everything above its tables is the journal itself.
 */
public final class SharedJournals {

    /** Of a name that is taken: nothing of the transaction takes effect. */
    static final String DUPLICATE = "23505";

    private final MemoryEngine memory = new MemoryEngine();
    private final Map<Long, String> origins = new HashMap<>();
    private final Map<Long, Long> ended = new HashMap<>();
    private final Map<MemoryKeys.Name, String> keyOwners = new TreeMap<>();
    private final List<Long> changes = new ArrayList<>();
    private long last;

    /** Lets a process pass that may write, as the first statement of a transaction. */
    @FunctionalInterface
    public interface Fence {
        void check(Connection connection) throws SQLException;
    }

    /** What may go wrong at a commit, beside the way to the store. */
    @FunctionalInterface
    public interface Flush {
        void flush(SimulatedDisk.Commit commit) throws SQLException;
    }

    /**
     * One process's part in it.
     *
     * @param origin under which it writes
     */
    public record Part(
            SimulatedStore store,
            String origin,
            Fence fence,
            InstantSource clock,
            ThreadFactory threads,
            Flush flush) {}

    public GroupJournal open(Part part, GroupBounds bounds) {
        return GroupJournal.open(new Shared(part), bounds, part.clock());
    }

    /** What changes in it, as one process sees it. */
    public RecordFeed feed(SimulatedStore store) {
        return new SharedFeed(this, store);
    }

    /** What it holds of a record, whoever asks. */
    public Optional<JournalRecord> holds(RecordId id) {
        return new MemoryQuestions(memory).find(id);
    }

    /** What it holds of a slice, counted. */
    public JournalStats counts(SliceName slice) {
        Figures figures = new Figures();
        new MemoryQuestions(memory).count(figures);
        return figures.stats(slice);
    }

    Image image() {
        return memory.image();
    }

    /** The next number of the one order, which is drawn for good, whatever becomes of the transaction. */
    long draw() {
        return ++last;
    }

    long last() {
        return last;
    }

    /** A transaction is committed, unless another has taken a key that it makes. */
    boolean commit(Collection<SharedTables.Changed> changed, Collection<Long> removed, SharedKeys.Done keys) {
        Image image = memory.image();
        if (keys.isRaced(image)) {
            return false;
        }
        for (SharedTables.Changed change : changed) {
            Stored stored = change.stored;
            if (image.records.put(stored.sequence(), stored) == null) {
                image.ids.put(stored.intent().id(), stored.sequence());
                image.appended.merge(stored.intent().slice(), 1L, Long::sum);
            }
            origins.put(stored.sequence(), change.origin);
            if (change.ended > 0) {
                ended.put(stored.sequence(), change.ended);
            }
            changes.add(stored.sequence());
        }
        for (long sequence : removed) {
            Stored gone = image.records.remove(sequence);
            if (gone != null) {
                image.ids.remove(gone.intent().id());
            }
        }
        keys.to(image, keyOwners);
        return true;
    }

    boolean isKeyOf(MemoryKeys.Name name, String node) {
        return node.equals(keyOwners.get(name));
    }

    List<String> keyOwners() {
        return keyOwners.values().stream().distinct().sorted().toList();
    }

    String origin(long sequence) {
        return origins.getOrDefault(sequence, "");
    }

    Optional<Long> ended(long sequence) {
        return Optional.ofNullable(ended.get(sequence));
    }

    int commits() {
        return changes.size();
    }

    /** What was changed since a moment, each once. */
    Set<Long> changedSince(int commits) {
        return new HashSet<>(changes.subList(commits, changes.size()));
    }

    private final class Shared implements Engine {
        private final Part part;
        private SimulatedStore.@Nullable Link writing;

        private Shared(Part part) {
            this.part = part;
        }

        @Override
        public Tables tables() throws SQLException {
            return new SharedTables(SharedJournals.this, part, this::connected);
        }

        private SimulatedStore.Link connected() throws SQLException {
            SimulatedStore.Link next = part.store().link(writing);
            writing = next;
            return next;
        }

        @Override
        public Questions questions() {
            return new SharedQuestions(new MemoryQuestions(memory), part.store(), SharedJournals.this::keyOwners);
        }

        @Override
        public Failure diagnosed(SQLException failure) {
            return new Failure(
                    DUPLICATE.equals(failure.getSQLState()) ? Failure.Kind.OPERATION : Failure.Kind.STORE,
                    String.valueOf(failure.getMessage()));
        }

        @Override
        public ThreadFactory writerThread() {
            return part.threads();
        }

        @Override
        public void start(Runnable askWriter) {}

        @Override
        public void committed(int operations, long bytes) {}

        @Override
        public void close() {}
    }
}
