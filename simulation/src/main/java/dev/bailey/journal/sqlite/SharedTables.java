package dev.bailey.journal.sqlite;

import dev.bailey.control.state.SimulatedStore;
import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Mention;
import dev.bailey.journal.group.Row;
import dev.bailey.journal.group.Tables;
import dev.bailey.journal.sqlite.Image.Stored;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The shared tables as one writer changes them: nothing shows before its commit, and what others commit meanwhile does. */
final class SharedTables implements Tables {

    private final SharedJournals journals;
    private final SharedJournals.Part part;
    private final Opening opening;
    private final TreeMap<Long, Changed> changed = new TreeMap<>();
    private final List<Long> removed = new ArrayList<>();
    private final SharedKeys keys;
    private SimulatedStore.Link link;

    /** A row that is new or changed in this transaction. */
    static final class Changed {
        final String origin;
        Stored stored;
        long ended;

        private Changed(String origin, Stored stored) {
            this.origin = origin;
            this.stored = stored;
        }
    }

    /** Opens a connection, once the one before is known to have ended. */
    @FunctionalInterface
    interface Opening {
        SimulatedStore.Link open() throws SQLException;
    }

    SharedTables(SharedJournals journals, SharedJournals.Part part, Opening opening) throws SQLException {
        this.journals = journals;
        this.part = part;
        this.opening = opening;
        this.keys = new SharedKeys(journals, part.origin(), this::find);
        this.link = opening.open();
    }

    @Override
    public void reserve(boolean open) {}

    @Override
    public void upkeep() {}

    /** A connection that is found lost is opened again: nothing can have been written. */
    @Override
    public void begin(List<Mention> ahead) throws SQLException {
        forget();
        try {
            pass(ahead);
        } catch (SQLException e) {
            if (!String.valueOf(e.getSQLState()).startsWith("08")
                    && !String.valueOf(e.getSQLState()).startsWith("57P")) {
                throw e;
            }
            link = opening.open();
            pass(ahead);
        }
    }

    private void pass(List<Mention> ahead) throws SQLException {
        part.fence().check(link.connection());
        if (!ahead.isEmpty()) {
            link.go();
            keys.look(ahead);
            link.go();
        }
    }

    @Override
    public void commit() throws SQLException {
        List<Changed> rows = List.copyOf(changed.values());
        List<Long> gone = List.copyOf(removed);
        SharedKeys.Done done = keys.done();
        AtomicBoolean raced = new AtomicBoolean();
        part.flush().flush(() -> link.commit(() -> raced.set(!journals.commit(rows, gone, done))));
        if (raced.get()) {
            throw new SQLException("simulated: another has taken the key since", SharedJournals.DUPLICATE);
        }
        forget();
    }

    @Override
    public void rollback(Throwable cause) {
        forget();
        try {
            link.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private void forget() {
        changed.clear();
        removed.clear();
        keys.forget();
    }

    @Override
    public void probe() throws SQLException {
        begin(List.of());
        commit();
    }

    private Optional<Stored> stored(long sequence) {
        Changed mine = changed.get(sequence);
        return mine != null
                ? Optional.of(mine.stored)
                : Optional.ofNullable(journals.image().records.get(sequence));
    }

    private Stream<Stored> all() {
        return Stream.concat(
                journals.image().records.values().stream()
                        .map(stored -> stored(stored.sequence()).orElseThrow()),
                changed.values().stream()
                        .map(row -> row.stored)
                        .filter(stored -> !journals.image().records.containsKey(stored.sequence())));
    }

    @Override
    public long insert(WriteIntent intent, long now) {
        if (find(intent.id()).isPresent()) {
            return 0;
        }
        long sequence = journals.draw();
        changed.put(
                sequence,
                new Changed(
                        part.origin(),
                        new Stored(
                                sequence, intent, intent.entity(), RecordState.INTENT, 0, "", now, Optional.empty())));
        return sequence;
    }

    @Override
    public long insertFence(SliceName slice, long now) {
        return journals.draw();
    }

    @Override
    public Optional<Row> find(RecordId id) {
        return all().filter(stored -> stored.intent().id().equals(id))
                .findFirst()
                .map(Stored::row);
    }

    @Override
    public List<Row> find(List<Long> sequences) {
        return sequences.stream()
                .map(sequence -> stored(sequence).orElse(null))
                .filter(Objects::nonNull)
                .map(Stored::row)
                .toList();
    }

    @Override
    public List<Row> parked(SliceName slice, EntityKey entity) {
        return rows(slice, entity, stored -> stored.state() == RecordState.PARKED);
    }

    @Override
    public List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) {
        return entities.stream()
                .flatMap(entity ->
                        rows(slice, entity, stored -> stored.isGap() && stored.sequence() <= upToSequence).stream())
                .toList();
    }

    private List<Row> rows(SliceName slice, EntityKey entity, Predicate<Stored> wanted) {
        return all().filter(stored ->
                        stored.intent().slice().equals(slice) && stored.entity().equals(Optional.of(entity)))
                .filter(wanted)
                .map(Stored::row)
                .toList();
    }

    private Changed change(Row row, UnaryOperator<Stored> change) {
        Changed mine = changed.computeIfAbsent(
                row.sequence(),
                sequence ->
                        new Changed(journals.origin(sequence), stored(sequence).orElseThrow()));
        mine.stored = change.apply(mine.stored);
        return mine;
    }

    @Override
    public void enter(Row row, RecordState next, String note, long now) {
        RecordState before = stored(row.sequence()).orElseThrow().state();
        boolean undecided = before == RecordState.INTENT || before == RecordState.UNKNOWN;
        Changed mine = change(row, stored -> stored.in(next, note, now));
        if (undecided && next != RecordState.DELIVERED && next != RecordState.PARKED) {
            mine.ended = journals.draw();
        }
    }

    @Override
    public void answered(Row row, Outcome.Applied applied) {
        change(
                row,
                stored -> new Stored(
                        stored.sequence(),
                        stored.intent(),
                        applied.entity().or(stored::entity),
                        stored.state(),
                        stored.attempts(),
                        stored.note(),
                        stored.changed(),
                        Optional.of(applied)));
    }

    @Override
    public void attempted(Row row, String reason, long at) {
        change(
                row,
                stored -> new Stored(
                        stored.sequence(),
                        stored.intent(),
                        stored.entity(),
                        stored.state(),
                        stored.attempts() + 1,
                        reason,
                        at,
                        stored.answer()));
    }

    @Override
    public void remove(List<Long> sequences) {
        removed.addAll(sequences);
        sequences.forEach(changed::remove);
    }

    @Override
    public void removeFences(long before) {}

    @Override
    public void takeOverKeys(List<String> dead) {
        keys.takeOver(dead);
    }

    @Override
    public Keys keys() {
        return keys;
    }

    @Override
    public void close() throws SQLException {
        link.close();
    }
}
