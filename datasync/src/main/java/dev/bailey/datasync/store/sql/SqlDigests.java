package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.RecordHash;
import dev.bailey.datasync.store.RecordHash.Kind;
import dev.bailey.datasync.store.RowDigest;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Digests computed by the database, where it can spell every column of the select canonically. The columns are looked at
 * before every answer, so that a column added meanwhile is never left out of it. Thread-safe.
 */
final class SqlDigests {

    private final Projection projection;
    private final Optional<DigestSql> database;
    private final boolean nested;

    /** @param nested whether documents have arrays out of further selects */
    SqlDigests(SqlDialect dialect, Projection projection, boolean nested) {
        this.database = switch (dialect) {
            case SQLITE -> Optional.empty();
            case POSTGRESQL -> Optional.of(new PostgresDigestSql());
            case MARIADB -> Optional.of(new MariaDigestSql());
        };
        this.projection = projection;
        this.nested = nested;
    }

    /** How rows are spelled now, as row text and as a record, or the reason why they are not. */
    private record Spelled(String rowText, String record, RecordHash columns, String why) {
        static Spelled not(String why) {
            return new Spelled("", "", new RecordHash(Map.of()), why);
        }
    }

    Digesting digesting(Connection connection) throws SQLException {
        Spelled spelled = spelled(connection);
        if (!spelled.why.isEmpty()) {
            return new Digesting.Streamed(spelled.why);
        }
        DigestServer able = database.orElseThrow().server(connection);
        return new Digesting.Computed(able.hashes(), able.records() ? Optional.of(spelled.columns) : Optional.empty());
    }

    /** The expression of a row's digest; empty where it is to be made here. */
    private Optional<String> expression(Connection connection, RowDigest digest) throws SQLException {
        Spelled spelled = spelled(connection);
        if (!spelled.why.isEmpty()) {
            return Optional.empty();
        }
        DigestSql sql = database.orElseThrow();
        DigestServer able = sql.server(connection);
        return switch (digest) {
            case RowHash hash ->
                able.hashes().contains(hash) ? Optional.of(sql.hash(hash, spelled.rowText)) : Optional.empty();
            case RecordHash record ->
                able.records() && record.equals(spelled.columns)
                        ? Optional.of(sql.hash(RowHash.LOOKUP3, spelled.record))
                        : Optional.empty();
        };
    }

    private Spelled spelled(Connection connection) throws SQLException {
        if (database.isEmpty()) {
            return Spelled.not("SQLite runs in this process, so there is nothing to save");
        }
        if (nested) {
            return Spelled.not("`children` give nested arrays, which only stand in whole documents");
        }
        DigestSql sql = database.get();
        DigestServer able = sql.server(connection);
        if (!able.why().isEmpty()) {
            return Spelled.not(able.why());
        }
        SortedMap<String, Spelling> pieces = new TreeMap<>();
        String columns = "select * from " + projection.from() + " where 1 = 0";
        try (PreparedStatement statement = connection.prepareStatement(columns);
                ResultSet none = statement.executeQuery()) {
            ResultSetMetaData data = none.getMetaData();
            for (int i = 1; i <= data.getColumnCount(); i++) {
                String label = data.getColumnLabel(i);
                Spelling piece = sql.spelling(connection, data, i);
                if (piece.expression().isEmpty()) {
                    return Spelled.not(piece.why());
                }
                if (pieces.put(label, piece) != null) {
                    return Spelled.not("`read` has two columns " + label);
                }
            }
        }
        Map<String, Kind> kinds = new TreeMap<>();
        pieces.forEach((label, piece) -> kinds.put(label, piece.kind()));
        return new Spelled(
                sql.joined(pieces.values().stream().map(Spelling::expression).toList()),
                DigestServer.record(
                        pieces.values().stream().map(Spelling::field).toList()),
                new RecordHash(kinds),
                "");
    }

    /** The digests of a range's parts; empty when they have to be streamed. */
    Optional<List<RangeDigest>> parts(
            Connection connection, KeyColumns key, RowDigest digest, KeyRange range, List<EntityKey> cuts)
            throws SQLException {
        Optional<String> hash = expression(connection, digest);
        if (hash.isEmpty()) {
            return Optional.empty();
        }
        List<KeyRange> ranges = range.cut(cuts);
        Optional<PartSums> sums = database.orElseThrow().sums(key, ranges, hash.get(), projection.from());
        if (sums.isPresent() && sums.get().isIndexed(connection)) {
            try (PreparedStatement statement = sums.get().prepared(connection)) {
                return read(statement, ranges.size());
            }
        }
        return grouped(connection, key, hash.get(), range, cuts);
    }

    private Optional<List<RangeDigest>> grouped(
            Connection connection, KeyColumns key, String hash, KeyRange range, List<EntityKey> cuts)
            throws SQLException {
        List<KeyCondition> conditions =
                cuts.stream().map(cut -> key.upTo(cut, cuts)).toList();
        KeyCondition condition = key.in(range);
        String sql = database.orElseThrow()
                .parts(tree(conditions, 0, cuts.size()), hash, projection.from() + condition.where());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (int cut : order(0, cuts.size())) {
                parameter = conditions.get(cut).bind(statement, parameter);
            }
            condition.bind(statement, parameter);
            return read(statement, cuts.size() + 1);
        }
    }

    /** Empty where a row has no digest. */
    private static Optional<List<RangeDigest>> read(PreparedStatement statement, int count) throws SQLException {
        List<RangeDigest> parts = new ArrayList<>(Collections.nCopies(count, RangeDigest.EMPTY));
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                if (rows.getLong(2) != rows.getLong(3)) {
                    return Optional.empty();
                }
                parts.set(rows.getInt(1), new RangeDigest(rows.getLong(2), wrapped(rows.getBigDecimal(4))));
            }
        }
        return Optional.of(parts);
    }

    /** A sum modulo 2^64. */
    private static long wrapped(@Nullable BigDecimal sum) {
        return sum == null ? 0 : sum.toBigInteger().longValue();
    }

    /** Which part a key is in, by halving: parts {@code from} to {@code to}, cut by the keys of these numbers. */
    private static String tree(List<KeyCondition> cuts, int from, int to) {
        if (from == to) {
            return Integer.toString(from);
        }
        int middle = (from + to) / 2;
        return "case when " + cuts.get(middle).sql() + " then " + tree(cuts, from, middle) + " else "
                + tree(cuts, middle + 1, to) + " end";
    }

    /** The cuts in the order their marks stand in the tree. */
    private static List<Integer> order(int from, int to) {
        if (from == to) {
            return List.of();
        }
        int middle = (from + to) / 2;
        List<Integer> order = new ArrayList<>();
        order.add(middle);
        order.addAll(order(from, middle));
        order.addAll(order(middle + 1, to));
        return order;
    }

    /** The digest of each row; empty when they have to be streamed. */
    Optional<SequencedMap<EntityKey, Long>> rows(
            Connection connection, KeyColumns key, RowDigest digest, KeyRange range)
            throws SQLException, StoreException {
        Optional<String> hash = expression(connection, digest);
        if (hash.isEmpty()) {
            return Optional.empty();
        }
        KeyCondition condition = key.in(range);
        String sql = "select " + hash.get() + " as h, " + key.selected() + " from " + projection.from()
                + condition.where() + " order by " + key.ascending();
        SequencedMap<EntityKey, Long> digests = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            condition.bind(statement, 1);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long found = rows.getLong(1);
                    if (rows.wasNull()) {
                        return Optional.empty();
                    }
                    EntityKey entity = key.read(rows, 2);
                    if (digests.put(entity, found) != null) {
                        throw projection.twice(entity);
                    }
                }
            }
        }
        return Optional.of(digests);
    }
}
