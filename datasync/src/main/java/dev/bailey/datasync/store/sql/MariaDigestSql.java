package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** As MariaDB is asked, and MySQL where it gives the same. */
final class MariaDigestSql implements DigestSql {

    /** Instead of a digest that cannot be made: beyond what all others together can come to. */
    private static final String NONE = "1" + "0".repeat(50);

    private static final String MOST = "1" + "0".repeat(49);

    /** Values that servers, their modes and their versions may spell in different ways. */
    private static final String PROBE =
            "(select 1 as id, cast(-0.5 as decimal(20, 4)) as a, cast(0 as decimal(9, 2)) as b,"
                    + " 18446744073709551615 as c, cast('0999-01-02 03:04:05.6' as datetime(6)) as d,"
                    + " cast('1969-12-31' as date) as e, convert(x'c3a4f09f998220' using utf8mb4) as f, x'00ff' as g,"
                    + " convert(x'611f' using utf8mb4) as h) q";

    private volatile @Nullable DigestServer server;

    @Override
    public DigestServer server(Connection connection) throws SQLException {
        DigestServer known = server;
        if (known == null) {
            known = probe(connection);
            server = known;
        }
        return known;
    }

    /** It counts as able when it gives what Java gives of the same row. */
    private DigestServer probe(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        ObjectNode expected = JsonNodeFactory.instance.objectNode();
        expected.put("a", new BigDecimal("-0.5"));
        expected.put("b", BigDecimal.ZERO);
        expected.put("c", new BigDecimal("18446744073709551615"));
        expected.put("d", "0999-01-02T03:04:05.6");
        expected.put("e", "1969-12-31");
        expected.put("f", "ä🙂 ");
        expected.put("g", "AP8=");
        expected.put("h", "a\u001f");
        expected.put("id", BigDecimal.ONE);
        List<String> members = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select * from " + PROBE + " where 1 = 0");
                ResultSet none = statement.executeQuery()) {
            ResultSetMetaData data = none.getMetaData();
            for (String name : expected.propertyNames()) {
                members.add(spelling(connection, data, none.findColumn(name)).expression());
            }
        }
        Optional<Long> digest = Optional.empty();
        if (members.stream().noneMatch(String::isEmpty)) {
            // Where a text put together with null is not null, what cannot be spelled would look like nothing.
            String sql = "select case when concat('a', null) is null then " + hash(RowHash.MD5, joined(members))
                    + " end from " + PROBE;
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                digest = Optional.of(row.getLong(1));
            }
        }
        boolean able = digest.filter(found -> found == RowHash.MD5.of(expected)).isPresent();
        return new DigestServer(
                version,
                able ? Set.of(RowHash.MD5) : Set.of(),
                false,
                able ? "" : "the database spells numbers, times or texts otherwise than MariaDB 11 does");
    }

    @Override
    public Spelling spelling(Connection connection, ResultSetMetaData data, int column) throws SQLException {
        return MariaRowTextSql.of(data, column);
    }

    @Override
    public String joined(List<String> members) {
        return "concat(" + String.join(", ", members) + ")";
    }

    @Override
    public String hash(RowHash hash, String text) {
        return switch (hash) {
            case LOOKUP3 -> throw new IllegalArgumentException("lookup3 is PostgreSQL's alone");
            case MD5 -> "cast(conv(substr(md5(" + text + "), 1, 16), 16, -10) as signed)";
        };
    }

    /** One aggregate alone, since each would compute the digest again. */
    @Override
    public String parts(String part, String hash, String from) {
        return "select p, n, if(s < " + MOST + ", n, 0), s from (select " + part + " as p, count(*) as n,"
                + " sum(coalesce(cast(" + hash + " as decimal(20)), " + NONE + ")) as s from " + from
                + " group by 1) d";
    }

    @Override
    public Optional<PartSums> sums(KeyColumns key, List<KeyRange> ranges, String hash, String from) {
        return Optional.empty();
    }
}
