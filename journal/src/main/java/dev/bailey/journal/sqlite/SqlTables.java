package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Mention;
import dev.bailey.journal.group.Row;
import dev.bailey.journal.group.Tables;
import dev.bailey.journal.sqlite.Coding.Event;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables in SQLite and the log's files. A transaction adds a row or a few to the log. */
final class SqlTables implements Tables {

    private static final Logger log = LoggerFactory.getLogger(SqlTables.class);

    /** Changes of state may use an eighth more than appends. */
    private static final int RESERVE_PART = 8;

    /** Rows of the log that are freed with the fences. */
    private static final int FREED_ROWS = 2_048;

    private static final long FREED_BYTES = 4L << 20;

    private final Session session;
    private final Store store;
    private final Book book;
    private final Tail tail;
    private final long fileBytes;
    private final Upkeep upkeep;
    private final Packer packer = new Packer();
    private final Folding folding;
    private final Removal removal;
    private Draft draft;
    private Structure structure = new Structure();
    private boolean isFolding;

    /** Whether a step could not be folded beside a flush. */
    private boolean isLeft;

    private long flushed;

    /** How many bytes log and tables may have together, and the tables alone. */
    private long limit;

    /** The oldest row of the log that is needed. */
    private long neededFrom;

    private SqlTables(Session session, Store store, long fileBytes, Upkeep upkeep) {
        this.session = session;
        this.store = store;
        this.book = store.book();
        this.tail = store.tail();
        this.fileBytes = fileBytes;
        this.upkeep = upkeep;
        this.folding = new Folding(this, book, store.coding(), store.shelf());
        this.removal = new Removal(this, book, folding);
        this.draft = newDraft();
        this.limit = fileBytes;
        this.neededFrom = book.neededFrom(structure);
    }

    /**
     * Over a file that may grow to a size; {@link #upkeep} makes the checkpoint that was asked for.
     *
     * @param connection closed with these tables, and when they cannot be opened
     */
    static SqlTables open(Connection connection, Store store, long fileBytes, Upkeep upkeep) throws SQLException {
        Session session = new Session(connection);
        try {
            session.prepare();
            store.begin(connection);
            return new SqlTables(session, store, fileBytes, upkeep);
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private Draft newDraft() {
        return Draft.after(store.coding(), packer, book.lastRow(), book.last());
    }

    @Override
    public void reserve(boolean open) throws SQLException {
        limit = open ? fileBytes + fileBytes / RESERVE_PART : fileBytes;
        session.limit(limit);
    }

    @Override
    public void begin(List<Mention> ahead) throws SQLException {
        upkeep.mustBeTrusted();
        foldWhatIsTooMuch();
        draft = newDraft();
        structure = new Structure();
    }

    /** What changes nothing but the log is written to its file; else its rows share the transaction with the rest. */
    @Override
    public void commit() throws SQLException {
        List<ByteBuffer> rows = draft.rows();
        if (session.hasBegun()) {
            if (structure.neededFrom > neededFrom) {
                flip();
            }
            insert(rows);
            session.commit();
            upkeep.written();
            upkeep.folded(folding.takeBytes());
            flushed++;
        } else if (!rows.isEmpty()) {
            mustHaveRoom();
            store.log().append(draft.firstRow(), rows, isTooMuch(0) && !upkeep.isResting() ? this::foldBeside : null);
        }
        book.publish(draft, structure);
        if (structure.neededFrom > 0) {
            neededFrom = structure.neededFrom;
            store.log().freeBefore(neededFrom);
        }
        draft = newDraft();
        structure = new Structure();
    }

    /** SQLite flushes nothing for a transaction that changes nothing, and so not what was folded before it. */
    private void flip() throws SQLException {
        prepared("update meta set value = 1 - value where name = 'probe'").executeUpdate();
    }

    private void insert(List<ByteBuffer> rows) throws SQLException {
        PreparedStatement insert = prepared("insert into log (row, bytes) values (?, ?)");
        long row = draft.firstRow();
        for (ByteBuffer packed : rows) {
            byte[] bytes = new byte[packed.remaining()];
            packed.get(packed.position(), bytes);
            insert.setLong(1, row);
            insert.setBytes(2, bytes);
            insert.executeUpdate();
            row = Frame.after(row, bytes.length);
        }
    }

    /** The log may grow as far as the tables leave room. */
    private void mustHaveRoom() throws SQLException {
        long logBytes = draft.lastRow() + 1 - neededFrom;
        if (logBytes + session.tablesBytes() > limit) {
            throw new SQLException(
                    "the journal has " + (logBytes + session.tablesBytes()) + " bytes with this (expected <= " + limit
                            + ")",
                    "",
                    SqliteFailure.FULL_CODE);
        }
    }

    /** Whether the end of the log is longer than it may be by some steps. */
    private boolean isTooMuch(int steps) {
        Tail.Step step = tail.step();
        return book.tailEvents() >= tail.events() + (long) steps * step.events()
                || book.tailBytes() >= tail.bytes() + steps * step.bytes();
    }

    /** Folds what the flushes of the groups before have left no time for. */
    private void foldWhatIsTooMuch() throws SQLException {
        if (isTooMuch(isLeft ? 0 : 1)) {
            while (isTooMuch(0)) {
                fold();
            }
            isLeft = false;
        }
    }

    /** Folds a step while a group that is in the log's file is flushed. What fails here is tried again, and told, before a later group. */
    private void foldBeside() {
        try {
            fold();
        } catch (SQLException | RuntimeException e) {
            undo(e);
            isLeft = true;
            log.debug("the end of the journal's log was not folded beside a flush", e);
        }
    }

    /**
     * Folds a step of what the end of the log has too much of, in a transaction of its own that is not flushed: what is folded stays in
     * the log until a later transaction, which is flushed, says that it is needed no more.
     */
    private void fold() throws SQLException {
        isFolding = true;
        try {
            Structure folded = new Structure();
            folding.fold(folded, book.rowToFold(tail.step()));
            session.commit();
            upkeep.folded(folding.takeBytes());
            book.publish(folded);
        } finally {
            isFolding = false;
        }
    }

    @Override
    public void rollback(Throwable cause) {
        undo(cause);
        draft = newDraft();
        structure = new Structure();
    }

    private void undo(Throwable cause) {
        session.rollback(cause);
        folding.takeBytes();
        try {
            store.slices().read(session.connection());
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void probe() throws SQLException {
        begin(List.of());
        flip();
        commit();
        store.log().prepare(book.lastRow() + 1);
    }

    @Override
    public void upkeep() throws SQLException {
        Checkpoint mode = upkeep.take();
        if (mode == null) {
            return;
        }
        try {
            mode.run(session.connection());
        } catch (SQLException e) {
            upkeep.failed(e);
            throw e;
        }
    }

    @Override
    public long insert(WriteIntent intent, long now) throws SQLException {
        if (entry(intent.id()).isPresent()) {
            return 0;
        }
        id(intent.slice());
        long sequence = draft.take();
        draft.written(new Event.Written(sequence, intent, now));
        return sequence;
    }

    @Override
    public long insertFence(SliceName slice, long now) throws SQLException {
        long sequence = draft.take();
        PreparedStatement fence = prepared("insert into fence (seq, slice, at) values (?, ?, ?)");
        fence.setLong(1, sequence);
        fence.setLong(2, id(slice));
        fence.setLong(3, now);
        fence.executeUpdate();
        return sequence;
    }

    @Override
    public Optional<Row> find(RecordId id) throws SQLException {
        return entry(id).map(Entry::known);
    }

    private Optional<Entry> entry(RecordId id) throws SQLException {
        Entry mine = draft.byId.get(id);
        if (mine == null) {
            mine = asMoved(book.recent(id));
        }
        return mine != null
                ? Optional.of(mine)
                : store.shelf().find(session.connection(), structure.segmentsWith(book, id), id);
    }

    @Override
    public List<Row> find(List<Long> sequences) throws SQLException {
        return known(sequences);
    }

    private List<Row> known(List<Long> sequences) throws SQLException {
        List<Row> rows = new ArrayList<>(sequences.size());
        for (long sequence : sequences) {
            Entry entry = entry(sequence);
            if (entry != null) {
                rows.add(entry.known());
            }
        }
        return rows;
    }

    /** A record whose bodies this transaction has given rows of their own has them there, whatever else changes in it. */
    private @Nullable Entry asMoved(@Nullable Entry recent) {
        return recent == null ? null : structure.moved.getOrDefault(recent.sequence(), recent);
    }

    private @Nullable Entry entry(long sequence) throws SQLException {
        Entry mine = draft.states.get(sequence);
        if (mine == null) {
            mine = asMoved(book.recent(sequence));
        }
        if (mine != null) {
            return mine;
        }
        Segment segment = structure.segmentOf(book, sequence);
        return segment == null ? null : Shelf.at(store.shelf().read(session.connection(), segment), sequence);
    }

    /** A segment's records as they are committed. */
    List<Entry> entries(Segment segment) throws SQLException {
        return Shelf.newest(store.shelf().read(session.connection(), segment), book.recentOf(segment));
    }

    @Override
    public List<Row> parked(SliceName slice, EntityKey entity) throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (Entry changed : draft.states.values()) {
            if (changed.isParked()
                    && changed.intent().slice().equals(slice)
                    && changed.entity().equals(Optional.of(entity))) {
                rows.add(changed.known());
            }
        }
        List<Long> others = book.parked(slice, entity).stream()
                .filter(sequence -> !draft.states.containsKey(sequence))
                .toList();
        rows.addAll(known(others));
        rows.sort(Comparator.comparingLong(Row::sequence));
        return rows;
    }

    @Override
    public List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) throws SQLException {
        List<Long> sequences = new ArrayList<>();
        for (EntityKey entity : entities) {
            PreparedStatement query =
                    prepared("select seq from gap where slice = ? and entity = ? and seq <= ? order by seq");
            query.setLong(1, id(slice));
            query.setString(2, entity.value());
            query.setLong(3, upToSequence);
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    sequences.add(found.getLong(1));
                }
            }
        }
        return known(sequences);
    }

    /** Keeps a record's key as that of a gap, or no more. */
    void gap(Entry entry, boolean kept) throws SQLException {
        PreparedStatement change = prepared(
                kept
                        ? "insert or ignore into gap (slice, entity, seq) values (?, ?, ?)"
                        : "delete from gap where slice = ? and entity = ? and seq = ?");
        change.setLong(1, id(entry.intent().slice()));
        change.setString(2, entry.entity().map(EntityKey::value).orElse(""));
        change.setLong(3, entry.sequence());
        change.executeUpdate();
    }

    private Entry must(Row row) throws SQLException {
        return Objects.requireNonNull(entry(row.sequence()), "a row that was found is there");
    }

    @Override
    public void enter(Row row, RecordState next, String note, long now) throws SQLException {
        Entry before = must(row);
        Entry after = draft.entered(before, new Event.Entered(row.sequence(), next, note, now));
        if (before.isGap() != after.isGap()) {
            gap(after, after.isGap());
        }
    }

    @Override
    public void answered(Row row, Outcome.Applied applied) throws SQLException {
        draft.answered(must(row), new Event.Answered(row.sequence(), applied));
    }

    @Override
    public void attempted(Row row, String reason, long at) throws SQLException {
        draft.attempted(must(row), new Event.Attempted(row.sequence(), reason, at));
    }

    @Override
    public void remove(List<Long> sequences) throws SQLException {
        if (!sequences.isEmpty()) {
            removal.remove(structure, draft, sequences);
        }
    }

    @Override
    public void removeFences(long before) throws SQLException {
        PreparedStatement delete = prepared("delete from fence where at < ?");
        delete.setLong(1, before);
        if (delete.executeUpdate() > 0) {
            folding.writeLast();
        }
        removal.free(structure, FREED_ROWS, FREED_BYTES);
    }

    @Override
    public Keys keys() {
        return new KeyTable(this);
    }

    /** The last sequence that is committed with the open transaction. */
    long last() {
        return isFolding ? book.last() : draft.last();
    }

    /** How many transactions SQLite has flushed. */
    long flushed() {
        return flushed;
    }

    int id(SliceName slice) throws SQLException {
        Integer known = store.slices().id(slice);
        if (known != null) {
            return known;
        }
        int id = store.slices().count() + 1;
        PreparedStatement insert = prepared("insert into slice (id, name, appended, last) values (?, ?, 0, 0)");
        insert.setLong(1, id);
        insert.setString(2, slice.value());
        insert.executeUpdate();
        store.slices().know(slice, id);
        return id;
    }

    Connection connection() {
        return session.connection();
    }

    /** A statement of the open transaction, which it begins when nothing has. */
    PreparedStatement prepared(String sql) throws SQLException {
        if (!session.hasBegun()) {
            session.flushes(!isFolding);
        }
        return session.prepared(sql);
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
