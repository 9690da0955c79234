package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FieldKind;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.Remarks;
import dev.bailey.datasync.store.RowDigest;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.TooMuchException;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store reached over JDBC: SQLite, PostgreSQL, MariaDB or MySQL. Bounded pools; a batch is one transaction. */
public final class SqlEntityStore implements EntityStore {

    private final String name;
    private final SqlDialect dialect;
    private final SliceName slice;
    private final Side side;
    private final DataSpec data;
    private final SqlStore spec;
    private final Function<EntityKey, String> shown;
    private final SqlPools pools;
    private final Projection projection;
    private final SqlDigests digests;
    private final SqlStoreCheck check;
    private final SqlRemarks remarks;
    private final SqlFlatStore flat;
    private volatile @Nullable TableWriter writer;

    private SqlEntityStore(
            SliceName slice,
            Side side,
            DataSpec data,
            SqlStore spec,
            Function<EntityKey, String> shown,
            SqlDialect dialect,
            SqlPools pools) {
        this.name = nameOf(slice, side);
        this.dialect = dialect;
        this.slice = slice;
        this.side = side;
        this.data = data;
        this.spec = spec;
        this.shown = shown;
        this.pools = pools;
        this.projection = new Projection(dialect, data.key(), spec, shown);
        this.digests = new SqlDigests(dialect, projection, !spec.children().isEmpty());
        this.check = new SqlStoreCheck(slice, side, dialect, data, spec, projection);
        this.remarks = new SqlRemarks(dialect, data, spec, projection);
        this.flat = new SqlFlatStore(dialect, data, spec, pools, projection);
    }

    /** The same by other pools to the same database: with all that one of them learns of it. */
    private SqlEntityStore(SqlEntityStore like, SqlPools pools) {
        this.name = like.name;
        this.dialect = like.dialect;
        this.slice = like.slice;
        this.side = like.side;
        this.data = like.data;
        this.spec = like.spec;
        this.shown = like.shown;
        this.pools = pools;
        this.projection = like.projection;
        this.digests = like.digests;
        this.check = like.check;
        this.remarks = like.remarks;
        this.flat = like.flat.over(pools);
        this.writer = like.writer;
    }

    /** With keys that anybody may see, and writes that need nobody's leave. */
    public static SqlEntityStore open(SliceName slice, Side side, DataSpec data, SqlStore spec) {
        return open(slice, side, data, spec, EntityKey::value, () -> {});
    }

    /**
     * Opens a side's pools; connects to nothing yet.
     *
     * @param shown a key as it is shown to people
     * @param before asked inside each transaction that writes but for {@linkplain #timed timed} ones, which ask something else
     * @throws IllegalArgumentException when the URL names a database Bailey does not speak to
     */
    public static SqlEntityStore open(
            SliceName slice,
            Side side,
            DataSpec data,
            SqlStore spec,
            Function<EntityKey, String> shown,
            BeforeWrite before) {
        SqlDialect dialect = SqlDialect.of(spec.jdbc())
                .orElseThrow(() -> new IllegalArgumentException("slice " + slice + ", " + side.label()
                        + ": the jdbc URL is of no database Bailey speaks to (expected jdbc:sqlite:,"
                        + " jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:)"));
        return new SqlEntityStore(
                slice,
                side,
                data,
                spec,
                shown,
                dialect,
                SqlPools.open(nameOf(slice, side), dialect, spec).asking(before));
    }

    private static String nameOf(SliceName slice, Side side) {
        return "slice " + slice + ", " + side.label();
    }

    @Override
    public boolean isServed() {
        return dialect != SqlDialect.SQLITE;
    }

    @Override
    public Optional<EntityStore> timed(String label, Duration within, BeforeWrite before) {
        return dialect == SqlDialect.POSTGRESQL
                ? Optional.of(new SqlEntityStore(this, pools.timed(new TimedTransaction(label, within, before))))
                : Optional.empty();
    }

    @Override
    public void endTimed(String label) throws StoreException {
        if (dialect == SqlDialect.POSTGRESQL) {
            TimedTransaction.end(pools, label);
        }
    }

    @Override
    public Optional<KeyKind> keyKind() throws StoreException {
        return pools.read(projection::key).map(KeyColumns::kind);
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
        List<Document> documents = asked(
                        Optional.of(List.<Document>of()), (connection, key) -> projection.read(connection, key, keys))
                .orElseThrow(() -> new TooMuchException(name, keys.size()));
        Map<EntityKey, Document> found = new LinkedHashMap<>();
        documents.forEach(document -> found.put(document.key(), document));
        return found;
    }

    @Override
    public List<EntityKey> alike(Collection<EntityKey> keys) throws StoreException {
        return keys.isEmpty()
                ? List.of()
                : asked(List.of(), (connection, key) -> projection.alike(connection, key, keys));
    }

    @Override
    public long count(KeyRange range) throws StoreException {
        return asked(0L, (connection, key) -> projection.count(connection, key, range));
    }

    @Override
    public long roughly() throws StoreException {
        return pools.read(connection -> RowEstimate.of(dialect, connection, projection));
    }

    @Override
    public Optional<EntityKey> last() throws StoreException {
        return asked(Optional.empty(), projection::last);
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) throws StoreException {
        return asked(Optional.empty(), (connection, key) -> projection.nth(connection, key, range, position));
    }

    @Override
    public List<EntityKey> cuts(KeyRange range, int step, int most) throws StoreException {
        // Others number all that is left before they look at the limit.
        return dialect == SqlDialect.POSTGRESQL
                ? asked(List.of(), (connection, key) -> projection.cuts(connection, key, range, step, most))
                : EntityStore.super.cuts(range, step, most);
    }

    @Override
    public Digesting digesting() throws StoreException {
        try {
            return pools.read(digests::digesting);
        } catch (StoreException e) {
            throw e.at(name);
        }
    }

    @Override
    public List<RangeDigest> digests(RowDigest hash, KeyRange range, List<EntityKey> cuts) throws StoreException {
        Optional<List<RangeDigest>> computed = asked(
                Optional.of(Collections.nCopies(cuts.size() + 1, RangeDigest.EMPTY)),
                (connection, key) -> digests.parts(connection, key, hash, range, cuts));
        return computed.isPresent() ? computed.get() : EntityStore.super.digests(hash, range, cuts);
    }

    @Override
    public SequencedMap<EntityKey, Long> rows(RowDigest hash, KeyRange range) throws StoreException {
        Optional<SequencedMap<EntityKey, Long>> computed = asked(
                Optional.of(Collections.emptyNavigableMap()),
                (connection, key) -> digests.rows(connection, key, hash, range));
        return computed.isPresent() ? computed.get() : EntityStore.super.rows(hash, range);
    }

    /** A question about keys; while nobody can know what the keys are, the store is empty. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection connection, KeyColumns key) throws SQLException, StoreException;
    }

    private <T> T asked(T whenEmpty, Question<T> question) throws StoreException {
        try {
            return pools.read(connection -> {
                Optional<KeyColumns> key = projection.key(connection);
                return key.isPresent() ? question.ask(connection, key.get()) : whenEmpty;
            });
        } catch (StoreException e) {
            throw e.at(name);
        }
    }

    /** Writes the batch in one transaction; where the store refuses it, each document in its own, to tell which. */
    @Override
    public WriteReport write(List<Document> documents) throws StoreException {
        if (documents.isEmpty()) {
            return WriteReport.NOTHING;
        }
        if (spec.write().isEmpty()) {
            return unwritable(documents.getFirst().key());
        }
        try {
            TableWriter.Outcome outcome =
                    pools.write(connection -> writer(connection).write(connection, documents));
            return report(documents.stream().map(Document::key).toList(), outcome);
        } catch (RefusedException e) {
            return documents.size() == 1
                    ? WriteReport.refused(documents.getFirst().key(), name + ": " + told(e, documents.getFirst()))
                    : oneByOne(documents, document -> write(List.of(document)), Document::key);
        }
    }

    private String told(RefusedException refused, Document document) {
        if (!refused.duplicate) {
            return refused.reason;
        }
        try {
            Optional<String> holder =
                    pools.read(connection -> Holders.of(dialect, connection, writer(connection), document, shown));
            return refused.reason + "; "
                    + holder.orElse("key " + shown.apply(document.key())
                            + " wants a unique value that another row holds; which one cannot be told any more");
        } catch (StoreException e) {
            return refused.reason + "; who holds the value could not be looked up: " + e.what();
        }
    }

    private WriteReport unwritable(EntityKey key) {
        return WriteReport.refused(key, name + " declares no `write`; declare the table documents go to");
    }

    @FunctionalInterface
    private interface Single<T> {
        WriteReport write(T input) throws StoreException;
    }

    /** Again and again while it helps: one may refer to another, or want a value that another gives up. */
    private static <T> WriteReport oneByOne(List<T> inputs, Single<T> single, Function<T, EntityKey> keyOf)
            throws StoreException {
        List<WriteReport> done = new ArrayList<>();
        List<T> open = inputs;
        while (true) {
            List<WriteReport> refusals = new ArrayList<>();
            Set<EntityKey> refused = new HashSet<>();
            for (T input : open) {
                WriteReport report = single.write(input);
                if (report.refused().isEmpty()) {
                    done.add(report);
                } else {
                    refusals.add(report);
                    refused.add(keyOf.apply(input));
                }
            }
            if (refused.isEmpty() || refused.size() == open.size()) {
                done.addAll(refusals);
                return done.stream().reduce(WriteReport.NOTHING, WriteReport::plus);
            }
            open = open.stream()
                    .filter(input -> refused.contains(keyOf.apply(input)))
                    .toList();
        }
    }

    private WriteReport report(List<EntityKey> keys, TableWriter.Outcome outcome) {
        List<EntityKey> done = keys.stream()
                .filter(key -> !outcome.newer().contains(key))
                .filter(key -> !outcome.conflicts().containsKey(key))
                .toList();
        Map<EntityKey, String> refused = new HashMap<>();
        outcome.conflicts().forEach((key, reason) -> refused.put(key, name + ": " + reason));
        return new WriteReport(done, outcome.newer(), refused);
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) throws StoreException {
        Optional<KeyKind> kind = keyKind();
        if (keys.isEmpty() || kind.isEmpty()) {
            return WriteReport.done(keys);
        }
        if (spec.write().isEmpty()) {
            return unwritable(keys.getFirst());
        }
        try {
            TableWriter.Outcome outcome =
                    pools.write(connection -> writer(connection).delete(connection, kind.get(), keys));
            return report(keys, outcome);
        } catch (RefusedException e) {
            return keys.size() == 1
                    ? WriteReport.refused(keys.getFirst(), name + ": " + e.reason)
                    : oneByOne(keys, key -> delete(List.of(key)), Function.identity());
        }
    }

    @Override
    public void agreed(List<Document> documents) throws StoreException {
        if (data.conflict() != ConflictPolicy.PARK
                || documents.isEmpty()
                || spec.write().isEmpty()) {
            return;
        }
        try {
            pools.write(connection -> {
                writer(connection).agree(connection, documents);
                return documents;
            });
        } catch (RefusedException e) {
            throw new StoreException(name + ": marks cannot be set: " + e.reason, e);
        }
    }

    private TableWriter writer(Connection connection) throws SQLException {
        TableWriter known = writer;
        if (known == null) {
            known = TableWriter.of(dialect, slice, data, spec.write().orElseThrow(), projection, connection);
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
    public Map<String, FieldKind> kinds() throws StoreException {
        return pools.read(connection -> {
            Map<String, FieldKind> kinds =
                    new LinkedHashMap<>(FieldKinds.of(dialect, connection, projection, Optional.empty()));
            for (String child : spec.children().keySet()) {
                FieldKinds.of(dialect, connection, projection, Optional.of(child))
                        .forEach((field, kind) -> kinds.put(child + "/" + field, kind));
                projection.parents().forEach(parent -> kinds.remove(child + "/" + parent));
            }
            return kinds;
        });
    }

    @Override
    public Remarks remarks() {
        return remarks.of(pools);
    }

    @Override
    public List<String> unwritten() throws StoreException {
        return pools.read(remarks::unwritten);
    }

    @Override
    public Duration replicaLag(Optional<String> query) throws StoreException {
        try {
            return pools.read(connection -> ReplicaLag.ask(dialect, query, connection));
        } catch (StoreException e) {
            throw e.at(name);
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
