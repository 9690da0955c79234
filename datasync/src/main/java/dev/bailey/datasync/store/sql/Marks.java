package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What Bailey wrote last, row by row, kept in the store it wrote to and in the same transaction: so a change by somebody else
 * is seen. A mark names the way of reading it was made by; marks of another way, and empty ones, say nothing.
 */
final class Marks {

    private static final Column ID = Column.of("id", "id", "?", false);
    private static final Column STATE = Column.of("state", "state", "?", false);

    private final SqlDialect dialect;
    private final String table;
    private final SliceName slice;
    private final String reading;

    Marks(SqlDialect dialect, String table, SliceName slice, String reading) {
        this.dialect = dialect;
        this.table = table;
        this.slice = slice;
        CRC32 crc = new CRC32();
        crc.update(reading.replaceAll("\\s+", " ").getBytes(StandardCharsets.UTF_8));
        this.reading = Long.toHexString(crc.getValue()) + ":";
    }

    private String id(EntityKey key) {
        return slice + "/" + key;
    }

    private String state(Document document) {
        return reading + Long.toHexString(document.digest(RowHash.MD5));
    }

    Map<EntityKey, String> of(Connection connection, Collection<EntityKey> keys) throws SQLException {
        Map<EntityKey, String> marks = new HashMap<>();
        String sql = "select state from " + table + " where id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (EntityKey key : keys) {
                statement.setString(1, id(key));
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        marks.put(key, String.valueOf(rows.getString(1)));
                    }
                }
            }
        }
        return marks;
    }

    /**
     * Why the state at hand is somebody else's doing; empty where it is not, or nobody can know.
     *
     * @param held what the store holds now, absent where it holds nothing
     */
    Optional<String> conflict(@Nullable String mark, @Nullable Document held) {
        if (mark == null) {
            return held == null ? Optional.empty() : told("a row that Bailey has not written");
        }
        if (!mark.startsWith(reading)) {
            return Optional.empty();
        }
        if (held == null) {
            return told("no row where Bailey had written one");
        }
        return mark.equals(state(held)) ? Optional.empty() : told("a row that was changed since Bailey wrote it");
    }

    private Optional<String> told(String what) {
        return Optional.of(
                "conflict: the follower holds " + what + "; make the authority's the same, or set its state in "
                        + QuotedNames.shown(table)
                        + " to '' so that the authority's is written over it");
    }

    void put(Connection connection, Collection<Document> documents) throws SQLException {
        if (documents.isEmpty()) {
            return;
        }
        String sql = dialect.upsert(table, List.of(ID, STATE), WrittenKey.of(ID), Optional.empty());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Document document : documents) {
                statement.setString(1, id(document.key()));
                statement.setString(2, state(document));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Sets the marks of documents that are as both sides have them. */
    void agree(Connection connection, Collection<Document> documents) throws SQLException {
        List<EntityKey> keys = documents.stream().map(Document::key).toList();
        Map<EntityKey, String> marks = of(connection, keys);
        put(
                connection,
                documents.stream()
                        .filter(document -> !state(document).equals(marks.get(document.key())))
                        .toList());
    }

    void forget(Connection connection, Collection<EntityKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("delete from " + table + " where id = ?")) {
            for (EntityKey key : keys) {
                statement.setString(1, id(key));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
