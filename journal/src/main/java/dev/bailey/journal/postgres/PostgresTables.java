package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Mention;
import dev.bailey.journal.group.Row;
import dev.bailey.journal.group.Tables;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tables in PostgreSQL, over one connection. A transaction is three trips to the server, however many operations share it:
 * the fence; what the operations mention; what they changed and the commit. Appends alone mention nothing, and are two. Numbers
 * are drawn ahead: as long as the fence lets this process pass, no other has drawn and written any since. Where others write at
 * the same time they are drawn in the transaction that uses them, so that their order is that of what happened.
 */
final class PostgresTables implements Tables {

    private static final String ROW =
            "select r.seq, r.id, r.slice, r.state, r.follower is not null, r.at from journal_record r ";
    private static final String OPEN = Tabled.OPEN;
    private static final String DRAW = "select nextval('journal_seq') from generate_series(1, ?)";
    private static final int DRAWN_AHEAD = 1_024;

    private final Opening opening;
    private final Fence fence;
    private final Slices slices = new Slices();
    private final ArrayDeque<Long> numbers = new ArrayDeque<>();
    private final Map<RecordId, Held> byId = new HashMap<>();
    private final Map<Long, Held> bySequence = new HashMap<>();
    private final WriteBehind pending;
    private final KeyTable keys;
    private final String node;
    private final boolean alone;
    private Connection connection;

    private PostgresTables(Opening opening, Connection connection, Fence fence, String node, boolean alone) {
        this.opening = opening;
        this.connection = connection;
        this.fence = fence;
        this.node = node;
        this.alone = alone;
        this.pending = new WriteBehind(node, alone);
        this.keys = new KeyTable(this, alone ? "" : node);
    }

    /** Opens the writer's connection. */
    @FunctionalInterface
    interface Opening {
        Connection open() throws SQLException;
    }

    static PostgresTables open(Opening opening, Fence fence, String node, boolean alone) throws SQLException {
        return new PostgresTables(opening, opening.open(), fence, node, alone);
    }

    /** The database has its own bounds. */
    @Override
    public void reserve(boolean open) {}

    @Override
    public void upkeep() {}

    /** A connection that the fence or a look finds lost is opened again: nothing can have been written. */
    @Override
    public void begin(List<Mention> ahead) throws SQLException {
        forget();
        try {
            pass(ahead);
        } catch (SQLException e) {
            if (!PostgresFailure.isLost(e)) {
                throw e;
            }
            rollback(e);
            close();
            connection = opening.open();
            pass(ahead);
        }
    }

    private void pass(List<Mention> ahead) throws SQLException {
        try {
            fence.check(connection);
        } catch (SQLException e) {
            throw PostgresFailure.isLost(e) ? e : new FencedException(node, e);
        }
        slices.read(connection);
        look(ahead);
    }

    private void forget() {
        byId.clear();
        bySequence.clear();
        pending.clear();
        keys.forget();
        if (!alone) {
            numbers.clear();
        }
    }

    private void look(List<Mention> ahead) throws SQLException {
        int wanted = 0;
        Set<String> ids = new LinkedHashSet<>();
        for (Mention mention : ahead) {
            switch (mention) {
                case Mention.Ended(RecordId id) -> {
                    wanted++;
                    ids.add(id.value());
                }
                case Mention.Records(List<RecordId> records) -> records.forEach(id -> ids.add(id.value()));
                case Mention.NewRecord(), Mention.NewFence() -> wanted++;
                case Mention.WantedKey wantedKey -> {
                    wanted++;
                    keys.foresee(wantedKey.claim());
                }
                case Mention.KnownClaim(String claim, Optional<RecordId> record) -> {
                    keys.foresee(claim);
                    record.ifPresent(id -> ids.add(id.value()));
                }
                case Mention.Nothing() -> {}
            }
        }
        boolean draws = numbers.size() < wanted;
        if (!draws && ids.isEmpty() && !keys.foreseesAny()) {
            return;
        }
        List<Part> parts = new ArrayList<>();
        parts.add(Part.of(DRAW, Part.number(draws ? wanted + drawnAhead() : 0)));
        parts.add(Part.of(ROW + "where r.id = any(?)", Part.texts(List.copyOf(ids))));
        keys.addLooks(parts);
        try (PreparedStatement statement = Part.prepare(connection, parts)) {
            statement.execute();
            try (ResultSet drawn = statement.getResultSet()) {
                keepNumbers(drawn);
            }
            next(statement);
            try (ResultSet found = statement.getResultSet()) {
                rows(found);
            }
            keys.found(statement);
        }
    }

    private int drawnAhead() {
        return alone ? DRAWN_AHEAD : 0;
    }

    static void next(PreparedStatement statement) throws SQLException {
        if (!statement.getMoreResults()) {
            throw new SQLException("the server answered fewer questions than were asked");
        }
    }

    private void keepNumbers(ResultSet drawn) throws SQLException {
        while (drawn.next()) {
            numbers.add(drawn.getLong(1));
        }
    }

    /** The next number of the one order of everything that is written. */
    long draw() throws SQLException {
        if (numbers.isEmpty()) {
            try (PreparedStatement statement =
                            Part.prepare(connection, List.of(Part.of(DRAW, Part.number(Math.max(1, drawnAhead())))));
                    ResultSet drawn = statement.executeQuery()) {
                keepNumbers(drawn);
            }
        }
        return numbers.remove();
    }

    @Override
    public void commit() throws SQLException {
        List<Part> parts = new ArrayList<>();
        pending.addTo(parts);
        keys.addTo(parts);
        parts.add(Part.of("commit"));
        Part.run(connection, parts);
        forget();
    }

    /** Sends what is pending, so that a question to the tables sees it. */
    private void flush() throws SQLException {
        List<Part> parts = new ArrayList<>();
        pending.addTo(parts);
        if (!parts.isEmpty()) {
            Part.run(connection, parts);
            pending.clear();
        }
    }

    @Override
    public void rollback(Throwable cause) {
        forget();
        slices.forget();
        try {
            if (!connection.isClosed()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void probe() throws SQLException {
        begin(List.of());
        Part.run(connection, List.of(Part.of("update journal_probe set value = 1 - value"), Part.of("commit")));
    }

    /** What an earlier life left under way, decided before anybody asks. */
    void recoverKeys() throws SQLException {
        begin(List.of());
        Part.run(connection, KeyTable.RECOVERY);
    }

    @Override
    public void takeOverKeys(List<String> dead) throws SQLException {
        flush();
        Part.run(connection, KeyTable.takeOver(dead, node));
    }

    @Override
    public long insert(WriteIntent intent, long now) throws SQLException {
        if (byId.containsKey(intent.id())) {
            return 0;
        }
        if (intent.entity().isPresent() && intent.entity().get().value().indexOf('\0') >= 0) {
            throw new SQLException("an entity key with a NUL cannot be kept in PostgreSQL", "22021");
        }
        int slice = id(intent.slice());
        Held record = new Held(new Row(
                draw(),
                intent.id(),
                intent.slice(),
                RecordState.INTENT,
                intent.follower().isPresent(),
                Code.of(intent.at())));
        record.changed = now;
        hold(record);
        pending.make(record, slice, intent);
        return record.sequence;
    }

    @Override
    public long insertFence(SliceName slice, long now) throws SQLException {
        long sequence = draw();
        pending.fence(sequence, id(slice), now);
        return sequence;
    }

    @Override
    public Optional<Row> find(RecordId id) {
        return Optional.ofNullable(byId.get(id)).map(Held::row);
    }

    @Override
    public List<Row> find(List<Long> sequences) throws SQLException {
        return rows(Part.of(ROW + "where r.seq = any(?)", Part.numbers(sequences)));
    }

    @Override
    public List<Row> parked(SliceName slice, EntityKey entity) throws SQLException {
        return rows(Part.of(
                ROW + "where r.slice = ? and left(r.entity, 500) = left(?, 500) and r.entity = ? and " + OPEN
                        + " and r.state = 5 order by r.seq",
                Part.number(id(slice)),
                Part.text(entity.value()),
                Part.text(entity.value())));
    }

    @Override
    public List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) throws SQLException {
        return rows(Part.of(
                ROW + "join unnest(?::text[]) as k (entity) on left(r.entity, 500) = left(k.entity, 500)"
                        + " and r.entity = k.entity where r.slice = ? and r.seq <= ? and " + OPEN + " and "
                        + Tabled.GAP + " order by r.seq",
                Part.texts(entities.stream().map(EntityKey::value).toList()),
                Part.number(id(slice)),
                Part.number(upToSequence)));
    }

    private List<Row> rows(Part question) throws SQLException {
        flush();
        try (PreparedStatement statement = Part.prepare(connection, List.of(question));
                ResultSet found = statement.executeQuery()) {
            return rows(found);
        }
    }

    private List<Row> rows(ResultSet found) throws SQLException {
        List<Row> rows = new ArrayList<>();
        while (found.next()) {
            Row row = new Row(
                    found.getLong(1),
                    new RecordId(found.getString(2)),
                    slices.name(connection, found.getInt(3)),
                    Code.state(found.getInt(4)),
                    found.getBoolean(5),
                    found.getLong(6));
            if (!bySequence.containsKey(row.sequence())) {
                hold(new Held(row));
            }
            rows.add(row);
        }
        return rows;
    }

    private void hold(Held record) {
        byId.put(record.id, record);
        bySequence.put(record.sequence, record);
    }

    private Held held(Row row) {
        Held known = bySequence.get(row.sequence());
        if (known == null) {
            throw new IllegalStateException("record " + row.id() + " was not found in this transaction");
        }
        return known;
    }

    @Override
    public void enter(Row row, RecordState next, String note, long now) throws SQLException {
        Held record = held(row);
        boolean undecided = record.state == RecordState.INTENT || record.state == RecordState.UNKNOWN;
        if (undecided && next != RecordState.DELIVERED && next != RecordState.PARKED) {
            record.ended = draw();
        }
        record.state = next;
        record.note = plain(note);
        record.changed = now;
        pending.change(record);
    }

    @Override
    public void answered(Row row, Outcome.Applied applied) {
        Held record = held(row);
        pending.answer(record, applied);
        applied.entity()
                .map(EntityKey::value)
                .filter(key -> key.indexOf('\0') < 0)
                .ifPresent(key -> record.entity = key);
    }

    @Override
    public void attempted(Row row, String reason, long at) {
        Held record = held(row);
        record.attempts++;
        record.note = plain(reason);
        record.changed = at;
        pending.change(record);
    }

    /** PostgreSQL's text has no NUL. */
    private static String plain(String note) {
        return note.replace('\0', '\uFFFD');
    }

    @Override
    public void remove(List<Long> sequences) throws SQLException {
        flush();
        Part.Argument all = Part.numbers(sequences);
        Part.run(
                connection,
                List.of(
                        Part.of("delete from journal_record where seq = any(?)", all),
                        Part.of("delete from journal_content where seq = any(?)", all),
                        Part.of("delete from journal_answer where seq = any(?)", all)));
        for (Long sequence : sequences) {
            Held gone = bySequence.remove(sequence);
            if (gone != null) {
                byId.remove(gone.id);
            }
        }
    }

    @Override
    public void removeFences(long before) throws SQLException {
        flush();
        Part.run(connection, List.of(Part.of("delete from journal_fence where at < ?", Part.number(before))));
    }

    @Override
    public Keys keys() {
        return keys;
    }

    int id(SliceName slice) throws SQLException {
        return slices.id(connection, slice);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
