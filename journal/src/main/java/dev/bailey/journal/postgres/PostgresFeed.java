package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.group.StoredRecords;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for changed records over a connection of its own.
 *
 * <pre>
 * Transactions become visible in another order than they drew their ids and numbers, so no number says how far one has seen. A
 * snapshot does: everything below xmax is visible in it, but for those in xip. A later snapshot differs by the transactions from
 * xmax on and those of xip; a row names the one that changed it last. A transaction that stays open for long costs
 * nothing: it is one more entry of xip.
 * </pre>
 */
final class PostgresFeed implements RecordFeed {

    private static final Logger log = LoggerFactory.getLogger(PostgresFeed.class);

    private static final String NOW = "select txid_snapshot_xmax(s), array(select txid_snapshot_xip(s)),"
            + " (select last_value from journal_seq) from (select txid_current_snapshot() as s) as now";
    private static final String ROWS = "select " + StoredRecords.HEAD + ", r.node, r.ended"
            + " from journal_record r join journal_slice s on s.id = r.slice where ";
    private static final String OPEN = ROWS + Tabled.OPEN + " and not (" + Tabled.GAP + ") order by r.seq";
    private static final String CHANGED = ROWS + "r.tx >= ? or r.tx = any(?) order by r.seq";

    private final Connections connections;
    private @Nullable Connection connection;
    private @Nullable Snapshot seen;

    /** @param under transactions below xmax that are not visible */
    private record Snapshot(long xmax, Long[] under, long position) {}

    PostgresFeed(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Look next() {
        Connection open = connection;
        try {
            if (open == null) {
                open = connections.reader();
                connection = open;
                open.setAutoCommit(false);
                open.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            Snapshot now = snapshot(open);
            List<Seen> records = records(open, seen);
            open.commit();
            seen = now;
            return new Look(records, now.position());
        } catch (SQLException e) {
            close();
            throw new JournalException("what changed in the journal cannot be read: " + e.getMessage(), e);
        }
    }

    private static Snapshot snapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NOW)) {
            if (!row.next()) {
                throw new SQLException("the server has no snapshot");
            }
            Array under = row.getArray(2);
            Long[] ids = Arrays.stream((Object[]) under.getArray())
                    .map(id -> ((Number) id).longValue())
                    .toArray(Long[]::new);
            return new Snapshot(row.getLong(1), ids, row.getLong(3));
        }
    }

    private static List<Seen> records(Connection connection, @Nullable Snapshot before) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(before == null ? OPEN : CHANGED)) {
            if (before != null) {
                query.setLong(1, before.xmax());
                query.setArray(2, connection.createArrayOf("int8", before.under()));
            }
            List<Seen> records = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long ended = row.getLong(18);
                    OptionalLong known = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(ended);
                    records.add(new Seen(StoredRecords.head(row), row.getString(17), known));
                }
            }
            return records;
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                log.debug("closing a connection that was lost", e);
            }
        }
    }
}
