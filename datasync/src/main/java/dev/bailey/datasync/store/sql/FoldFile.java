package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * States folded from a log, in an SQLite file: what was made of its records stands in one transaction with where it was read
 * to, so none is folded twice and none is left out, whenever the process ends. Thread-safe; blocks.
 */
public final class FoldFile implements AutoCloseable {

    /** Records that say nothing, of which place and reason are kept. */
    public static final int BAD_KEPT = 100;

    private static final String ID = "log";
    private static final String SHAPE = "shape";
    private static final String KIND = "kind";
    private static final String BAD = "bad";
    private static final String MARK = "mark";
    private static final String READ = "read";

    private static final List<String> SCHEMA = List.of(
            "create table if not exists about (name text primary key, value text not null) without rowid",
            "create table if not exists position (partition integer primary key, next integer not null)",
            "create table if not exists entity (key text primary key, partition integer not null, place blob, state text,"
                    + " document text, broken text) without rowid",
            "create index if not exists entity_place on entity (place) where document is not null",
            "create table if not exists bad (partition integer, record integer, entity text, reason text not null,"
                    + " primary key (partition, record)) without rowid");

    private final Optional<Path> path;
    private final Connection connection;

    private FoldFile(Optional<Path> path, Connection connection) {
        this.path = path;
        this.connection = connection;
    }

    /**
     * What is kept of an entity.
     *
     * @param partition where its events are
     * @param place its key in the order of keys; null without a document
     * @param broken why nobody can tell its state; null where it can be told
     */
    public record Entity(
            String key,
            int partition,
            byte @Nullable [] place,
            @Nullable String state,
            @Nullable String document,
            @Nullable String broken) {}

    /** A record that says nothing that can be used. */
    public record Bad(int partition, long offset, Optional<String> entity, String reason) {

        /** @param shown a key as it is shown to people */
        public String told(Function<EntityKey, String> shown) {
            return "partition " + partition + ", offset " + offset
                    + entity.map(key -> ", entity " + shown.apply(new EntityKey(key)))
                            .orElse("") + ": " + reason;
        }

        @Override
        public String toString() {
            return "Bad[" + partition + ":" + offset + "]";
        }
    }

    /**
     * What a batch of records made.
     *
     * @param before where the log was read to; somebody else's reading is not gone on with
     * @param kind of the keys, once it is known
     */
    public record Step(
            Map<Integer, Long> before,
            Map<Integer, Long> next,
            Collection<Entity> entities,
            List<Bad> bad,
            Optional<String> kind) {
        public Step {
            before = Map.copyOf(before);
            next = Map.copyOf(next);
            entities = List.copyOf(entities);
            bad = List.copyOf(bad);
        }
    }

    /**
     * Opens a file, or makes it.
     *
     * @param shape how states are folded now; what was folded otherwise is thrown away
     */
    public static FoldFile open(Path path, String shape) throws StoreException {
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            FoldFile file = new FoldFile(Optional.of(path), DriverManager.getConnection("jdbc:sqlite:" + path));
            return file.begun(shape);
        } catch (IOException | SQLException e) {
            throw told(Optional.of(path), e);
        }
    }

    /** One in memory, for a look. */
    public static FoldFile inMemory(String shape) throws StoreException {
        try {
            return new FoldFile(Optional.empty(), DriverManager.getConnection("jdbc:sqlite::memory:")).begun(shape);
        } catch (SQLException e) {
            throw told(Optional.empty(), e);
        }
    }

    private FoldFile begun(String shape) throws StoreException {
        try {
            execute("pragma busy_timeout = 10000", "pragma journal_mode = wal", "pragma synchronous = normal");
            SCHEMA.forEach(this::executeUnchecked);
            if (!about(SHAPE).filter(shape::equals).isPresent()) {
                transaction(() -> {
                    clear();
                    put(SHAPE, shape);
                });
            }
            return this;
        } catch (SQLException | StoreException | RuntimeException e) {
            close();
            throw told(path, e);
        }
    }

    private void clear() throws SQLException {
        execute("delete from about", "delete from position", "delete from entity", "delete from bad");
    }

    /** Forgets everything: the log under this name is another one. */
    public synchronized void beginAgain(String id) throws StoreException {
        String shape = about(SHAPE).orElse("");
        transaction(() -> {
            clear();
            put(SHAPE, shape);
            put(ID, id);
        });
    }

    /** The log it was folded from; empty before its first record. */
    public synchronized Optional<String> id() throws StoreException {
        return about(ID);
    }

    /** What the keys are; empty while there is no document. */
    public synchronized Optional<String> kind() throws StoreException {
        return about(KIND);
    }

    /** Something to be remembered of it; empty until {@link #mark}. */
    public synchronized Optional<String> mark() throws StoreException {
        return about(MARK);
    }

    public synchronized void mark(String value) throws StoreException {
        transaction(() -> put(MARK, value));
    }

    /** When the log was last read; empty before its first record. */
    public synchronized Optional<Instant> read() throws StoreException {
        return about(READ).map(Instant::parse);
    }

    /** There was nothing more to read at that moment. */
    public synchronized void read(Instant at) throws StoreException {
        transaction(() -> put(READ, at.toString()));
    }

    /** How many records say nothing that can be used. */
    public synchronized long badCount() throws StoreException {
        return about(BAD).map(Long::parseLong).orElse(0L);
    }

    /** The first of them. */
    public synchronized List<Bad> bad() throws StoreException {
        List<Bad> bad = new ArrayList<>();
        query(
                "select partition, record, entity, reason from bad order by partition, record",
                List.of(),
                row -> bad.add(new Bad(
                        row.getInt(1), row.getLong(2), Optional.ofNullable(row.getString(3)), row.getString(4))));
        return bad;
    }

    /** Where each partition goes on. */
    public synchronized Map<Integer, Long> next() throws StoreException {
        Map<Integer, Long> next = new TreeMap<>();
        query("select partition, next from position", List.of(), row -> next.put(row.getInt(1), row.getLong(2)));
        return next;
    }

    /** What is kept of these entities. */
    public synchronized Map<String, Entity> entities(Collection<String> keys) throws StoreException {
        Map<String, Entity> found = new HashMap<>();
        String sql = "select key, partition, place, state, document, broken from entity where key = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (String key : keys) {
                statement.setString(1, key);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        found.put(key, entity(row));
                    }
                }
            }
        } catch (SQLException e) {
            throw told(path, e);
        }
        return found;
    }

    private static Entity entity(ResultSet row) throws SQLException {
        return new Entity(
                row.getString(1), row.getInt(2), row.getBytes(3), row.getString(4), row.getString(5), row.getString(6));
    }

    /**
     * Keeps what a batch made, all or nothing.
     *
     * @param at when it was read
     */
    public synchronized void keep(String id, Instant at, Step step) throws StoreException {
        transaction(() -> {
            if (!next().equals(new TreeMap<>(step.before()))) {
                throw new StoreException("another process has read the log on; this one begins where that one is");
            }
            put(ID, id);
            put(READ, at.toString());
            if (step.kind().isPresent()) {
                put(KIND, step.kind().get());
            }
            entities(step);
            bad(step.bad());
            try (PreparedStatement statement = connection.prepareStatement("replace into position values (?, ?)")) {
                for (Map.Entry<Integer, Long> each : step.next().entrySet()) {
                    statement.setInt(1, each.getKey());
                    statement.setLong(2, each.getValue());
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        });
    }

    private void entities(Step step) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("replace into entity values (?, ?, ?, ?, ?, ?)")) {
            for (Entity entity : step.entities()) {
                statement.setString(1, entity.key());
                statement.setInt(2, entity.partition());
                statement.setBytes(3, entity.place());
                statement.setString(4, entity.state());
                statement.setString(5, entity.document());
                statement.setString(6, entity.broken());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void bad(List<Bad> bad) throws SQLException, StoreException {
        if (bad.isEmpty()) {
            return;
        }
        long known = badCount();
        put(BAD, Long.toString(known + bad.size()));
        try (PreparedStatement statement = connection.prepareStatement("replace into bad values (?, ?, ?, ?)")) {
            for (Bad each : bad.subList(0, Math.clamp(BAD_KEPT - known, 0, bad.size()))) {
                statement.setInt(1, each.partition());
                statement.setLong(2, each.offset());
                statement.setString(3, each.entity().orElse(null));
                statement.setString(4, each.reason());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Documents of a range of places in their order, as they were kept. */
    public synchronized List<String> documents(Optional<byte[]> after, Optional<byte[]> upTo, int limit)
            throws StoreException {
        List<String> documents = new ArrayList<>();
        List<byte[]> bounds = bounds(after, upTo);
        query(
                "select document from entity" + range(after, upTo) + " order by place limit " + limit,
                bounds,
                row -> documents.add(row.getString(1)));
        return documents;
    }

    public synchronized long count(Optional<byte[]> after, Optional<byte[]> upTo) throws StoreException {
        long[] count = {0};
        query(
                "select count(*) from entity" + range(after, upTo),
                bounds(after, upTo),
                row -> count[0] = row.getLong(1));
        return count[0];
    }

    /** The key at a position of a range, counted from 1 at its beginning, or from -1 at its end. */
    public synchronized Optional<String> keyAt(Optional<byte[]> after, Optional<byte[]> upTo, int position)
            throws StoreException {
        List<String> keys = new ArrayList<>();
        String order = position < 0
                ? " order by place desc limit 1 offset " + (-position - 1)
                : " order by place limit 1 offset " + (position - 1);
        query(
                "select key from entity" + range(after, upTo) + order,
                bounds(after, upTo),
                row -> keys.add(row.getString(1)));
        return keys.stream().findFirst();
    }

    private static String range(Optional<byte[]> after, Optional<byte[]> upTo) {
        return " where document is not null" + (after.isPresent() ? " and place > ?" : "")
                + (upTo.isPresent() ? " and place <= ?" : "");
    }

    private static List<byte[]> bounds(Optional<byte[]> after, Optional<byte[]> upTo) {
        List<byte[]> bounds = new ArrayList<>();
        after.ifPresent(bounds::add);
        upTo.ifPresent(bounds::add);
        return bounds;
    }

    /** Takes the place of another one, which is closed. */
    public static void replace(Path with, Path there) throws StoreException {
        try {
            // Both were closed, so nothing of either is in a file beside it that matters.
            delete(there);
            Files.move(with, there, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw told(Optional.of(there), e);
        }
    }

    private static void delete(Path path) throws IOException {
        for (String suffix : List.of("-wal", "-shm", "")) {
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + suffix));
        }
    }

    private Optional<String> about(String name) throws StoreException {
        List<String> values = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select value from about where name = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
        } catch (SQLException e) {
            throw told(path, e);
        }
        return values.stream().findFirst();
    }

    private void put(String name, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("replace into about values (?, ?)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            statement.executeUpdate();
        }
    }

    @FunctionalInterface
    private interface Change {
        void make() throws SQLException, StoreException;
    }

    private void transaction(Change change) throws StoreException {
        try {
            execute("begin immediate");
            try {
                change.make();
                execute("commit");
            } catch (SQLException | StoreException | RuntimeException e) {
                execute("rollback");
                throw e;
            }
        } catch (SQLException e) {
            throw told(path, e);
        }
    }

    @FunctionalInterface
    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, List<byte[]> values, Row each) throws StoreException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setBytes(i + 1, values.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.read(rows);
                }
            }
        } catch (SQLException e) {
            throw told(path, e);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void executeUnchecked(String sql) {
        try {
            execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StoreException told(Optional<Path> path, Exception e) {
        return e instanceof StoreException store
                ? store
                : new StoreException(
                        "states folded from the log cannot be kept"
                                + path.map(file -> " in " + file.getFileName()).orElse("") + ": " + e.getMessage()
                                + "; see to disk and rights, or delete the file: it is made again from the log",
                        e);
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
