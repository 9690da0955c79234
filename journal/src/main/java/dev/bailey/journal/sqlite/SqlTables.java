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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables in SQLite and the log's files: one connection and its prepared statements. A transaction adds a row or a few to the log. */
final class SqlTables implements Tables {

    /** Changes of state may use an eighth more than appends. */
    private static final int RESERVE_PART = 8;

    private static final int CACHE_KIB = 16 * 1024;

    /** Rows of the log that are freed with the fences. */
    private static final int FREED_ROWS = 2_048;

    private static final long FREED_BYTES = 4L << 20;

    private final Connection connection;
    private final Store store;
    private final Book book;
    private final Tail tail;
    private final long fileBytes;
    private final Upkeep upkeep;
    private final Packer packer = new Packer();
    private final Folding folding;
    private final Removal removal;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private Draft draft;
    private Structure structure = new Structure();
    private boolean begun;
    private boolean isFolding;

    /** Whether SQLite flushes what it commits. */
    private boolean flushes = true;

    /** How many bytes log and tables may have together, and the tables alone. */
    private long limit;

    /** The tables' as of the last transaction. */
    private long tablesBytes;

    /** The oldest row of the log that is needed. */
    private long neededFrom;

    private SqlTables(Connection connection, Store store, long fileBytes, Upkeep upkeep) {
        this.connection = connection;
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
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma cache_size = -" + CACHE_KIB);
            store.begin(connection);
            return new SqlTables(connection, store, fileBytes, upkeep);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private Draft newDraft() {
        return Draft.after(store.coding(), packer, book.lastRow(), book.last());
    }

    @Override
    public void reserve(boolean open) throws SQLException {
        limit(open ? fileBytes + fileBytes / RESERVE_PART : fileBytes);
    }

    /** Sets how far the file may grow; a file that is longer already keeps its length. */
    private void limit(long bytes) throws SQLException {
        limit = bytes;
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma max_page_count = " + Math.max(1, bytes / Schema.PAGE_BYTES));
        }
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
        List<byte[]> rows = draft.rows();
        if (begun) {
            if (structure.neededFrom > neededFrom) {
                flip();
            }
            insert(rows);
            commitTables();
        } else if (!rows.isEmpty()) {
            mustHaveRoom();
            store.log().append(draft.firstRow(), rows);
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

    private void insert(List<byte[]> rows) throws SQLException {
        PreparedStatement insert = known("insert into log (row, bytes) values (?, ?)");
        long row = draft.firstRow();
        for (byte[] bytes : rows) {
            insert.setLong(1, row);
            insert.setBytes(2, bytes);
            insert.executeUpdate();
            row = Frame.after(row, bytes.length);
        }
    }

    private void commitTables() throws SQLException {
        known("commit").execute();
        begun = false;
        tablesBytes = Schema.PAGE_BYTES * (number("pragma page_count") - number("pragma freelist_count"));
        upkeep.written();
    }

    private long number(String pragma) throws SQLException {
        try (ResultSet found = known(pragma).executeQuery()) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    /** The log may grow as far as the tables leave room. */
    private void mustHaveRoom() throws SQLException {
        long logBytes = draft.lastRow() + 1 - neededFrom;
        if (logBytes + tablesBytes > limit) {
            throw new SQLException(
                    "the journal has " + (logBytes + tablesBytes) + " bytes with this (expected <= " + limit + ")",
                    "",
                    SqliteFailure.FULL_CODE);
        }
    }

    /**
     * Folds what the end of the log has too much of, in transactions of their own that are not flushed: what is folded stays in
     * the log until a later transaction, which is flushed, says that it is needed no more.
     */
    private void foldWhatIsTooMuch() throws SQLException {
        if (book.tailEvents() < tail.events() && book.tailBytes() < tail.bytes()) {
            return;
        }
        if (flushes) {
            known("pragma synchronous = normal").execute();
            flushes = false;
        }
        isFolding = true;
        try {
            while (book.tailEvents() >= tail.events() || book.tailBytes() >= tail.bytes()) {
                draft = newDraft();
                Structure folded = new Structure();
                folding.fold(folded, book.rowToFold(tail.step()));
                commitTables();
                book.publish(draft, folded);
            }
        } finally {
            isFolding = false;
        }
    }

    @Override
    public void rollback(Throwable cause) {
        try {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            statements.clear();
            if (begun) {
                begun = false;
                try (Statement statement = connection.createStatement()) {
                    statement.execute("rollback");
                }
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            store.slices().read(connection);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        draft = newDraft();
        structure = new Structure();
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
            mode.run(connection);
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
        return mine != null ? Optional.of(mine) : store.shelf().find(connection, structure.segmentsWith(book, id), id);
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
        return segment == null ? null : Shelf.at(store.shelf().read(connection, segment), sequence);
    }

    /** A segment's records as they are committed. */
    List<Entry> entries(Segment segment) throws SQLException {
        return Shelf.newest(store.shelf().read(connection, segment), book.recentOf(segment));
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

    long last() {
        return draft.last();
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
        return connection;
    }

    /** A statement of the open transaction, which it begins when nothing has. */
    PreparedStatement prepared(String sql) throws SQLException {
        ensureBegun();
        return known(sql);
    }

    private void ensureBegun() throws SQLException {
        if (!begun) {
            if (!flushes && !isFolding) {
                known("pragma synchronous = full").execute();
                flushes = true;
            }
            known("begin immediate").execute();
            begun = true;
        }
    }

    private PreparedStatement known(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            statements.put(sql, known);
        }
        return known;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
