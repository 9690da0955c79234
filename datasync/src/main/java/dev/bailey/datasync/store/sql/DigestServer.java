package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.RecordHash;
import dev.bailey.datasync.store.RecordHash.Kind;
import dev.bailey.datasync.store.RowHash;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a PostgreSQL server can compute as Java does.
 *
 * @param version its major one
 * @param records whether it makes the same text of a record
 * @param why it can compute nothing; empty when it can
 */
record DigestServer(int version, Set<RowHash> hashes, boolean records, String why) {

    /** Umlauts and more, so that another encoding shows. */
    private static final String PROBE = "Bailey: 0123456789 äöü €";

    /** Texts a record quotes, and some that it does not, so that another way to do so shows. */
    private static final List<String> PROBES = List.of(
            "",
            "plain",
            "a b",
            "a\tb",
            "a\nb",
            "a\u000bb",
            "a\fb",
            "a\rb",
            "a\"b",
            "a\\b",
            "(",
            ")",
            ",",
            "'",
            "{}",
            "a\u001fb",
            "a\u00a0b",
            "ä€",
            "null",
            "t");

    DigestServer {
        hashes = Set.copyOf(hashes);
    }

    /** A hash counts as there when it gives what Java's gives: another machine's byte order may give something else. */
    static DigestServer probe(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        Set<RowHash> hashes = EnumSet.noneOf(RowHash.class);
        String sql = "select current_setting('server_encoding')";
        for (RowHash hash : RowHash.values()) {
            sql += ", " + hash(hash, "cast(? as text)");
        }
        sql += ", "
                + hash(
                        RowHash.LOOKUP3,
                        record(PROBES.stream().map(any -> "cast(? as text)").toList()));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (; parameter <= RowHash.values().length; parameter++) {
                statement.setString(parameter, PROBE);
            }
            for (String probe : PROBES) {
                statement.setString(parameter++, probe);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                for (RowHash hash : RowHash.values()) {
                    if (row.getLong(hash.ordinal() + 2) == hash.of(PROBE.getBytes(StandardCharsets.UTF_8))) {
                        hashes.add(hash);
                    }
                }
                String why = hashes.contains(RowHash.MD5)
                        ? ""
                        : "the database's encoding is " + row.getString(1) + " (expected UTF8)";
                boolean records = row.getLong(RowHash.values().length + 2) == probed();
                return new DigestServer(version, hashes, records && hashes.contains(RowHash.LOOKUP3), why);
            }
        }
    }

    private static long probed() {
        Map<String, Kind> columns = new TreeMap<>();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < PROBES.size(); i++) {
            String name = String.valueOf((char) ('a' + i));
            columns.put(name, Kind.TEXT);
            body.put(name, PROBES.get(i));
        }
        return new RecordHash(columns).of(body);
    }

    static String record(List<String> fields) {
        return "cast(row(" + String.join(", ", fields) + ") as text)";
    }

    static String hash(RowHash hash, String text) {
        return switch (hash) {
            case LOOKUP3 -> "hashtextextended(" + text + " collate \"C\", 0)";
            case MD5 -> "cast(cast('x' || substr(md5(" + text + "), 1, 16) as bit(64)) as bigint)";
        };
    }
}
