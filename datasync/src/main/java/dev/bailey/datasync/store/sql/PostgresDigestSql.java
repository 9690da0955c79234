package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** As PostgreSQL is asked. */
final class PostgresDigestSql implements DigestSql {

    private final Map<String, Boolean> enumerations = new ConcurrentHashMap<>();
    private volatile @Nullable DigestServer server;

    @Override
    public DigestServer server(Connection connection) throws SQLException {
        DigestServer known = server;
        if (known == null) {
            known = DigestServer.probe(connection);
            server = known;
        }
        return known;
    }

    @Override
    public Spelling spelling(Connection connection, ResultSetMetaData data, int column) throws SQLException {
        String type = data.getColumnTypeName(column);
        return new RowTextSql(server(connection).version())
                .of(data.getColumnLabel(column), type, data.getPrecision(column), isEnumeration(connection, type));
    }

    private boolean isEnumeration(Connection connection, String type) throws SQLException {
        Boolean known = enumerations.get(type);
        if (known == null) {
            String sql = "select exists (select 1 from pg_type where oid = to_regtype(?) and typtype = 'e')";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, type);
                try (ResultSet row = statement.executeQuery()) {
                    known = row.next() && row.getBoolean(1);
                }
            }
            enumerations.put(type, known);
        }
        return known;
    }

    /** As a balanced tree: a chain would copy the growing text once per column. */
    @Override
    public String joined(List<String> members) {
        if (members.size() == 1) {
            return members.getFirst();
        }
        int half = members.size() / 2;
        return "(" + joined(members.subList(0, half)) + " || " + joined(members.subList(half, members.size())) + ")";
    }

    @Override
    public String hash(RowHash hash, String text) {
        return DigestServer.hash(hash, text);
    }

    @Override
    public String parts(String part, String hash, String from) {
        return "select p, count(*), count(h), sum(h) from (select " + part + " as p, " + hash + " as h from " + from
                // Or the planner would compute each hash twice, once for each aggregate.
                + " offset 0) d group by p";
    }

    @Override
    public Optional<PartSums> sums(KeyColumns key, List<KeyRange> ranges, String hash, String from) {
        return PartSums.of(key, ranges, hash, from);
    }
}
