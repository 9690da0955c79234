package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * PostgreSQL's digests of many adjoining ranges by one statement in which each range is a scan of an index of its own: nothing is said
 * of a row about which range it is in, and no row goes through a table of groups, which is a seventh of the time. Only where the database
 * finds the ranges by an index: else each of them would be a scan of everything.
 *
 * @param select of each range's number, its rows, how many of them have a digest, and the sum of these
 * @param lower where the ranges with two bounds begin, and {@code upper} where they end
 * @param ends the ranges that have one bound or none, each a select of its own
 */
record PartSums(String select, List<Long> lower, List<Long> upper, List<KeyCondition> ends) {

    /** Fewer with two bounds are not worth a look at the plan. */
    private static final int FEWEST = 60;

    private static final String RANGE = "bailey_range";

    /**
     * Empty for few ranges, and for keys that are no whole numbers: rows lie about in the order of those, and in no order of random
     * ones, of which each range would fetch the same pages again.
     *
     * @param hash the expression of a row's digest
     * @param read where rows come from
     */
    static Optional<PartSums> of(KeyColumns key, List<KeyRange> ranges, String hash, String read) {
        List<KeyRange> bounded = ranges.stream()
                .filter(range -> range.after().isPresent() && range.upTo().isPresent())
                .toList();
        if (key.count() > 1 || key.columns().getFirst().kind() != KeyPart.INTEGER || bounded.size() < FEWEST) {
            return Optional.empty();
        }
        String compared = key.ascending();
        String sums = "select count(*) as n, count(h) as m, sum(h) as s from (select " + hash + " as h from " + read;
        List<KeyCondition> ends = new ArrayList<>();
        StringBuilder select = new StringBuilder("select cast(" + RANGE + ".n as int) + "
                + (ranges.indexOf(bounded.getFirst()) - 1)
                + ", d.n, d.m, d.s from unnest(cast(? as int8[]), cast(? as int8[])) with ordinality " + RANGE
                + " (lower, upper, n), lateral ("
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
        return Optional.of(new PartSums(
                select.toString(), numbers(bounded, KeyRange::after), numbers(bounded, KeyRange::upTo), ends));
    }

    private static List<Long> numbers(List<KeyRange> ranges, Function<KeyRange, Optional<EntityKey>> bound) {
        return ranges.stream()
                .map(range -> Long.valueOf(bound.apply(range).orElseThrow().value()))
                .toList();
    }

    /** Whether the database finds the ranges by an index, and nothing is scanned whole for each of them. */
    boolean isIndexed(Connection connection) throws SQLException {
        boolean indexed = false;
        try (PreparedStatement statement = prepared(connection, "explain " + select);
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

    PreparedStatement prepared(Connection connection) throws SQLException {
        return prepared(connection, select);
    }

    private PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setArray(1, connection.createArrayOf("int8", lower.toArray()));
            statement.setArray(2, connection.createArrayOf("int8", upper.toArray()));
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
}
