package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store reached over JDBC: SQLite or PostgreSQL. Bounded pools; a batch is one transaction. */
public final class SqlEntityStore implements EntityStore {

    private final String name;
    private final SqlDialect dialect;
    private final String keyField;
    private final Optional<String> version;
    private final SqlStore spec;
    private final SqlPools pools;
    private final Projection projection;
    private final SqlStoreCheck check;
    private final SqlFlatStore flat;
    private volatile @Nullable TableWriter writer;

    private SqlEntityStore(SliceName slice, Side side, DataSpec data, SqlStore spec, SqlDialect dialect) {
        this.name = "slice " + slice + ", " + side.label();
        this.dialect = dialect;
        this.keyField = data.key();
        this.version = data.version();
        this.spec = spec;
        this.pools = SqlPools.open(name, dialect, spec);
        this.projection = new Projection(dialect, keyField, spec);
        this.check = new SqlStoreCheck(slice, side, dialect, keyField, version, spec, projection);
        this.flat = new SqlFlatStore(dialect, data, spec, pools, projection);
    }

    /**
     * Opens a side's pools; connects to nothing yet.
     *
     * @throws IllegalArgumentException when the URL names another database than SQLite or PostgreSQL
     */
    public static SqlEntityStore open(SliceName slice, Side side, DataSpec data, SqlStore spec) {
        SqlDialect dialect = SqlDialect.of(spec.jdbc())
                .orElseThrow(() -> new IllegalArgumentException("slice " + slice + ", " + side.label()
                        + ": the jdbc URL is of no database Bailey speaks to (expected jdbc:sqlite: or"
                        + " jdbc:postgresql:)"));
        return new SqlEntityStore(slice, side, data, spec, dialect);
    }

    @Override
    public Optional<KeyKind> keyKind() throws StoreException {
        return pools.read(projection::key).map(KeyColumn::kind);
    }

    @Override
    public List<Document> scan(KeyRange range, int limit) throws StoreException {
        return asked(List.of(), (connection, key) -> projection.scan(connection, key, range, limit));
    }

    @Override
    public Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<EntityKey, Document> found = new LinkedHashMap<>();
        asked(List.<Document>of(), (connection, key) -> projection.read(connection, key, keys))
                .forEach(document -> found.put(document.key(), document));
        return found;
    }

    @Override
    public long count(KeyRange range) throws StoreException {
        return asked(0L, (connection, key) -> projection.count(connection, key, range));
    }

    @Override
    public Optional<EntityKey> last() throws StoreException {
        return asked(Optional.empty(), projection::last);
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) throws StoreException {
        return asked(Optional.empty(), (connection, key) -> projection.nth(connection, key, range, position));
    }

    /** A question about keys; while nobody can know what the keys are, the store is empty. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection connection, KeyColumn key) throws SQLException, StoreException;
    }

    private <T> T asked(T whenEmpty, Question<T> question) throws StoreException {
        try {
            return pools.read(connection -> {
                Optional<KeyColumn> key = projection.key(connection);
                return key.isPresent() ? question.ask(connection, key.get()) : whenEmpty;
            });
        } catch (StoreException e) {
            throw named(e);
        }
    }

    private StoreException named(StoreException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(name) ? e : new StoreException(name + ": " + message, e);
    }

    /** Writes the batch in one transaction; where the store refuses it, each document in its own, to tell which. */
    @Override
    public WriteReport write(List<Document> documents) throws StoreException {
        if (documents.isEmpty()) {
            return WriteReport.NOTHING;
        }
        if (spec.write().isEmpty()) {
            return WriteReport.refused(
                    documents.getFirst().key(), name + " declares no `write`; declare the table documents go to");
        }
        try {
            return report(
                    documents, pools.write(connection -> writer(connection).write(connection, documents)));
        } catch (RefusedException e) {
            if (documents.size() == 1) {
                return WriteReport.refused(documents.getFirst().key(), name + ": " + e.reason);
            }
            return oneByOne(documents);
        }
    }

    private WriteReport oneByOne(List<Document> documents) throws StoreException {
        WriteReport report = WriteReport.NOTHING;
        for (Document document : documents) {
            report = report.plus(write(List.of(document)));
        }
        return report;
    }

    private static WriteReport report(List<Document> documents, Set<EntityKey> newer) {
        List<EntityKey> done = new ArrayList<>();
        for (Document document : documents) {
            if (!newer.contains(document.key())) {
                done.add(document.key());
            }
        }
        return new WriteReport(done, newer, Map.of());
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) throws StoreException {
        Optional<KeyKind> kind = keyKind();
        if (keys.isEmpty() || kind.isEmpty()) {
            return WriteReport.done(keys);
        }
        if (spec.write().isEmpty()) {
            return WriteReport.refused(
                    keys.getFirst(), name + " declares no `write`; declare the table documents go to");
        }
        try {
            pools.write(connection -> {
                writer(connection).delete(connection, kind.get(), keys);
                return keys;
            });
            return WriteReport.done(keys);
        } catch (RefusedException e) {
            if (keys.size() == 1) {
                return WriteReport.refused(keys.getFirst(), name + ": " + e.reason);
            }
            WriteReport report = WriteReport.NOTHING;
            for (EntityKey key : keys) {
                report = report.plus(delete(List.of(key)));
            }
            return report;
        }
    }

    private TableWriter writer(Connection connection) throws SQLException {
        TableWriter known = writer;
        if (known == null) {
            known = TableWriter.of(dialect, keyField, version, spec.write().orElseThrow(), connection);
            writer = known;
        }
        return known;
    }

    @Override
    public List<String> fields() throws StoreException {
        return pools.read(connection -> {
            List<String> fields = new ArrayList<>(projection.labels(connection, Optional.empty()));
            fields.addAll(spec.children().keySet());
            return fields;
        });
    }

    @Override
    public Duration replicaLag(Optional<String> query) throws StoreException {
        try {
            return pools.read(connection -> ReplicaLag.ask(dialect, query, connection));
        } catch (StoreException e) {
            throw named(e);
        }
    }

    @Override
    public Optional<FlatStore> flat() {
        return Optional.of(flat);
    }

    @Override
    public List<StoreProblem> check() {
        return check.run(pools);
    }

    @Override
    public void close() {
        pools.close();
    }
}
