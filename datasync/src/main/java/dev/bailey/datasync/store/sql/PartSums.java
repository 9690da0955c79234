package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL's digests of many adjoining ranges by one statement in which each range is a scan of an index of its own: nothing is said
 * of a row about which range it is in, and no row goes through a table of groups, which is a seventh of the time. Only where the database
 * finds the ranges by an index: else each of them would be a scan of everything.
 *
 * @param select of each range's number, its rows, how many of them have a digest, and the sum of these
 * @param lower where the ranges with two bounds begin, and {@code upper} where they end
 * @param ends the ranges that have one bound or none, each a select of its own
 */
record PartSums(String select, List<EntityKey> lower, List<EntityKey> upper, Type type, List<KeyCondition> ends) {

    /** Fewer with two bounds are not worth a look at the plan. */
    private static final int FEWEST = 60;

    private static final String RANGE = "bailey_range";

    /** What the bounds are told as. */
    private enum Type {
        BIGINT("int8"),
        TEXT("text"),
        UUID("uuid");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }

        Object value(String bound) {
            return switch (this) {
                case BIGINT -> Long.valueOf(bound);
                case TEXT -> bound;
                case UUID -> java.util.UUID.fromString(bound);
            };
        }
    }

    /**
     * Empty for keys of several columns, and for few ranges.
     *
     * @param hash the expression of a row's digest
     * @param read where rows come from
     */
    static Optional<PartSums> of(KeyColumns key, List<KeyRange> ranges, String hash, String read) {
        List<KeyRange> bounded = ranges.stream()
                .filter(range -> range.after().isPresent() && range.upTo().isPresent())
                .toList();
        if (key.count() > 1 || bounded.size() < FEWEST) {
            return Optional.empty();
        }
        KeyColumn column = key.columns().getFirst();
        List<EntityKey> lower =
                bounded.stream().map(range -> range.after().orElseThrow()).toList();
        List<EntityKey> upper =
                bounded.stream().map(range -> range.upTo().orElseThrow()).toList();
        List<String> bounds = new ArrayList<>();
        lower.forEach(bound -> bounds.add(key.kind().split(bound).getFirst()));
        upper.forEach(bound -> bounds.add(key.kind().split(bound).getFirst()));
        String compared = column.comparable(bounds);
        Type type = column.kind() == KeyPart.INTEGER
                ? Type.BIGINT
                : column.kind() == KeyPart.UUID && compared.equals(column.quoted()) ? Type.UUID : Type.TEXT;
        String sums = "select count(*) as n, count(h) as m, sum(h) as s from (select " + hash + " as h from " + read;
        List<KeyCondition> ends = new ArrayList<>();
        StringBuilder select = new StringBuilder("select cast(" + RANGE + ".n as int) + "
                + (ranges.indexOf(bounded.getFirst()) - 1) + ", d.n, d.m, d.s from unnest(cast(? as " + type.sql
                + "[]), cast(? as " + type.sql + "[])) with ordinality " + RANGE + " (lower, upper, n), lateral ("
                + sums + " where " + compared + " > " + RANGE + ".lower and " + compared + " <= " + RANGE
                + ".upper offset 0) e) d");
        for (int i = 0; i < ranges.size(); i++) {
            KeyRange range = ranges.get(i);
            if (range.after().isEmpty() || range.upTo().isEmpty()) {
                KeyCondition condition = key.in(range);
                ends.add(condition);
                // Without the offset the digest would be computed once for each sum.
                select.append(" union all select ")
                        .append(i)
                        .append(", d.n, d.m, d.s from (")
                        .append(sums)
                        .append(condition.where())
                        .append(" offset 0) e) d");
            }
        }
        return Optional.of(new PartSums(select.toString(), lower, upper, type, ends));
    }

    /** Whether the database finds the ranges by an index, and nothing is scanned whole for each of them. */
    boolean isIndexed(Connection connection, KeyColumns key) throws SQLException {
        boolean indexed = false;
        try (PreparedStatement statement = prepared(connection, key, "explain " + select);
                ResultSet lines = statement.executeQuery()) {
            while (lines.next()) {
                String line = lines.getString(1);
                if (line.contains("Seq Scan")) {
                    return false;
                }
                indexed |= line.contains("Index Cond: ") && line.contains(RANGE + ".lower");
            }
        }
        return indexed;
    }

    PreparedStatement prepared(Connection connection, KeyColumns key) throws SQLException {
        return prepared(connection, key, select);
    }

    private PreparedStatement prepared(Connection connection, KeyColumns key, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setArray(1, array(connection, key, lower));
            statement.setArray(2, array(connection, key, upper));
            int parameter = 3;
            for (KeyCondition end : ends) {
                parameter = end.bind(statement, parameter);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private Array array(Connection connection, KeyColumns key, List<EntityKey> bounds) throws SQLException {
        return connection.createArrayOf(
                type.sql,
                bounds.stream()
                        .map(bound -> type.value(key.kind().split(bound).getFirst()))
                        .toArray());
    }
}
