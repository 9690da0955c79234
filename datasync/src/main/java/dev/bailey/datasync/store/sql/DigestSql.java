package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** How a database is asked for digests. Thread-safe; learns what the database can when it is asked first. */
interface DigestSql {

    /** What the database can compute as Java does. */
    DigestServer server(Connection connection) throws SQLException;

    Spelling spelling(Connection connection, ResultSetMetaData data, int column) throws SQLException;

    /** The row text of its members' expressions. */
    String joined(List<String> members);

    /** The digest of a text, as a signed number. */
    String hash(RowHash hash, String text);

    /**
     * A select of each part's number, its rows, how many of them have a digest, and the sum of these.
     *
     * @param part expression of a part's number
     * @param from where rows come from, with the condition
     */
    String parts(String part, String hash, String from);

    /** The same for adjoining ranges without a group for each, where the database can; empty where it is asked by {@link #parts}. */
    Optional<PartSums> sums(KeyColumns key, List<KeyRange> ranges, String hash, String from);
}
