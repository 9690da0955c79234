package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The tables in SQLite: one connection and its prepared statements. */
final class SqlTables implements Tables {

    /** Changes of state may use an eighth more than appends. */
    private static final int RESERVE_PART = 8;

    private static final int CACHE_KIB = 32 * 1024;

    /** A list as the engine takes one: {@code [1, 2]}. */
    private static final String LISTED = " in (select value from json_each(?))";

    private static final String ROW = "select seq, id, slice, state, follower is not null, at from record ";

    private final Connection connection;
    private final long fileBytes;
    private final AtomicReference<@Nullable Checkpoint> asked;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Map<SliceName, Long> idOf = new HashMap<>();
    private final Map<Long, SliceName> nameOf = new HashMap<>();
    private final Map<SliceName, Integer> appended = new HashMap<>();
    private final Set<SliceName> touched = new LinkedHashSet<>();
    private long last;

    private SqlTables(Connection connection, long fileBytes, AtomicReference<@Nullable Checkpoint> asked) {
        this.connection = connection;
        this.fileBytes = fileBytes;
        this.asked = asked;
    }

    /** Over a file that may grow to a size; {@link #upkeep} makes the checkpoint that was asked for. */
    static SqlTables open(Path file, long fileBytes, AtomicReference<@Nullable Checkpoint> asked) throws SQLException {
        SqlTables tables = new SqlTables(Schema.connect(file), fileBytes, asked);
        try (Statement statement = tables.connection.createStatement()) {
            statement.execute("pragma cache_size = -" + CACHE_KIB);
            tables.readSlices();
        } catch (SQLException e) {
            tables.close();
            throw e;
        }
        return tables;
    }

    private void readSlices() throws SQLException {
        idOf.clear();
        nameOf.clear();
        try (Statement statement = connection.createStatement();
                ResultSet slices = statement.executeQuery("select id, name, last from slice")) {
            while (slices.next()) {
                know(new SliceName(slices.getString(2)), slices.getLong(1));
                last = Math.max(last, slices.getLong(3));
            }
        }
    }

    private void know(SliceName slice, long id) {
        idOf.put(slice, id);
        nameOf.put(id, slice);
    }

    @Override
    public void reserve(boolean open) throws SQLException {
        limit(open ? fileBytes + fileBytes / RESERVE_PART : fileBytes);
    }

    /** Sets how far the file may grow; a file that is longer already keeps its length. */
    private void limit(long bytes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma max_page_count = " + Math.max(1, bytes / Schema.PAGE_BYTES));
        }
    }

    @Override
    public void begin(List<Mention> ahead) throws SQLException {
        begin();
    }

    private void begin() throws SQLException {
        appended.clear();
        touched.clear();
        prepared("begin immediate").execute();
    }

    @Override
    public void commit() throws SQLException {
        for (SliceName slice : touched) {
            PreparedStatement update = prepared("update slice set appended = appended + ?, last = ? where id = ?");
            update.setLong(1, appended.getOrDefault(slice, 0));
            update.setLong(2, last);
            update.setLong(3, id(slice));
            update.executeUpdate();
        }
        prepared("commit").execute();
    }

    @Override
    public void rollback(Throwable cause) {
        try {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            statements.clear();
            try (Statement statement = connection.createStatement()) {
                statement.execute("rollback");
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            readSlices();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void probe() throws SQLException {
        begin();
        prepared("update meta set value = 1 - value where name = 'probe'").executeUpdate();
        commit();
    }

    @Override
    public void upkeep() throws SQLException {
        Checkpoint mode = asked.getAndSet(null);
        if (mode != null) {
            mode.run(connection);
        }
    }

    @Override
    public long insert(WriteIntent intent, long now) throws SQLException {
        PreparedStatement record =
                prepared("insert into record (seq, id, slice, entity, minted, epoch, authority, follower, method,"
                        + " target, state, body_kept, client_key, attempts, note, at, changed)"
                        + " values (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, 0, ?, ?, 0, '', ?, ?) on conflict (id) do nothing");
        long sequence = last + 1;
        record.setLong(1, sequence);
        record.setString(2, intent.id().value());
        record.setLong(3, id(intent.slice()));
        if (intent.entity().isPresent()) {
            record.setString(4, intent.entity().get().value());
        } else {
            record.setNull(4, Types.VARCHAR);
        }
        record.setLong(5, intent.epoch().value());
        record.setInt(6, Code.of(intent.authority()));
        if (intent.follower().isPresent()) {
            record.setInt(7, Code.of(intent.follower().get()));
        } else {
            record.setNull(7, Types.INTEGER);
        }
        record.setString(8, intent.method());
        record.setString(9, intent.target());
        record.setBoolean(10, intent.bodyKept());
        record.setBoolean(11, intent.clientKey());
        record.setLong(12, Code.of(intent.at()));
        record.setLong(13, now);
        if (record.executeUpdate() == 0) {
            return 0;
        }
        PreparedStatement content =
                prepared("insert into content (seq, idempotency_key, headers, body) values (?, ?, ?, ?)");
        content.setLong(1, sequence);
        content.setString(2, intent.idempotencyKey());
        content.setBytes(3, Code.of(intent.headers()));
        content.setBytes(4, intent.body());
        content.executeUpdate();
        appended.merge(intent.slice(), 1, Integer::sum);
        return take(intent.slice());
    }

    @Override
    public long insertFence(SliceName slice, long now) throws SQLException {
        PreparedStatement fence = prepared("insert into fence (seq, slice, at) values (?, ?, ?)");
        fence.setLong(1, last + 1);
        fence.setLong(2, id(slice));
        fence.setLong(3, now);
        fence.executeUpdate();
        return take(slice);
    }

    private long take(SliceName slice) {
        last++;
        touched.add(slice);
        return last;
    }

    @Override
    public Optional<Row> find(RecordId id) throws SQLException {
        PreparedStatement query = prepared(ROW + "where id = ?");
        query.setString(1, id.value());
        return rows(query).stream().findFirst();
    }

    @Override
    public List<Row> find(List<Long> sequences) throws SQLException {
        PreparedStatement query = prepared(ROW + "where seq" + LISTED);
        query.setString(1, sequences.toString());
        return rows(query);
    }

    @Override
    public List<Row> parked(SliceName slice, EntityKey entity) throws SQLException {
        PreparedStatement query =
                prepared(ROW + "where slice = ? and entity = ? and " + Schema.OPEN + " and state = 5 order by seq");
        query.setLong(1, id(slice));
        query.setString(2, entity.value());
        return rows(query);
    }

    @Override
    public List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (EntityKey entity : entities) {
            rows.addAll(gap(slice, entity, upToSequence));
        }
        return rows;
    }

    private List<Row> gap(SliceName slice, EntityKey entity, long upToSequence) throws SQLException {
        PreparedStatement query = prepared(ROW + "where slice = ? and entity = ? and seq <= ? and " + Schema.OPEN
                + " and " + Schema.GAP + " order by seq");
        query.setLong(1, id(slice));
        query.setString(2, entity.value());
        query.setLong(3, upToSequence);
        return rows(query);
    }

    @Override
    public void enter(Row row, RecordState next, String note, long now) throws SQLException {
        PreparedStatement update = prepared("update record set state = ?, note = ?, changed = ? where seq = ?");
        update.setInt(1, Code.of(next));
        update.setString(2, note);
        update.setLong(3, now);
        update.setLong(4, row.sequence());
        update.executeUpdate();
    }

    @Override
    public void answered(Row row, Outcome.Applied applied) throws SQLException {
        PreparedStatement answer =
                prepared("insert or replace into answer (seq, status, headers, body) values (?, ?, ?, ?)");
        answer.setLong(1, row.sequence());
        answer.setInt(2, applied.status());
        answer.setBytes(3, Code.of(applied.headers()));
        answer.setBytes(4, applied.body());
        answer.executeUpdate();
        if (applied.entity().isPresent()) {
            PreparedStatement entity = prepared(
                    "update record set minted = minted or entity is null, entity = ? where seq = ? and entity is not ?");
            entity.setString(1, applied.entity().get().value());
            entity.setLong(2, row.sequence());
            entity.setString(3, applied.entity().get().value());
            entity.executeUpdate();
        }
    }

    @Override
    public void attempted(Row row, String reason, long at) throws SQLException {
        PreparedStatement update =
                prepared("update record set attempts = attempts + 1, note = ?, changed = ? where seq = ?");
        update.setString(1, reason);
        update.setLong(2, at);
        update.setLong(3, row.sequence());
        update.executeUpdate();
    }

    @Override
    public void remove(List<Long> sequences) throws SQLException {
        String listed = sequences.toString();
        for (String table : List.of("record", "content", "answer")) {
            PreparedStatement delete = prepared("delete from " + table + " where seq" + LISTED);
            delete.setString(1, listed);
            delete.executeUpdate();
        }
    }

    @Override
    public void removeFences(long before) throws SQLException {
        PreparedStatement delete = prepared("delete from fence where at < ?");
        delete.setLong(1, before);
        delete.executeUpdate();
    }

    private List<Row> rows(PreparedStatement query) throws SQLException {
        List<Row> rows = new ArrayList<>(1);
        try (ResultSet found = query.executeQuery()) {
            while (found.next()) {
                SliceName slice = nameOf.get(found.getLong(3));
                if (slice == null) {
                    throw new JournalException("record " + found.getLong(1) + " names no slice: the file is damaged");
                }
                rows.add(new Row(
                        found.getLong(1),
                        new RecordId(found.getString(2)),
                        slice,
                        Code.state(found.getInt(4)),
                        found.getBoolean(5),
                        found.getLong(6)));
            }
        }
        return rows;
    }

    @Override
    public Keys keys() {
        return new KeyTable(this);
    }

    long last() {
        return last;
    }

    long id(SliceName slice) throws SQLException {
        Long known = idOf.get(slice);
        if (known != null) {
            return known;
        }
        long id = idOf.size() + 1L;
        PreparedStatement insert = prepared("insert into slice (id, name, appended, last) values (?, ?, 0, 0)");
        insert.setLong(1, id);
        insert.setString(2, slice.value());
        insert.executeUpdate();
        know(slice, id);
        return id;
    }

    PreparedStatement prepared(String sql) throws SQLException {
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
