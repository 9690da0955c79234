package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** Asks a database how far its replicas are behind. */
final class ReplicaLag {

    /** Replicas, those whose state Bailey's user may see, and the longest lag of these. */
    private static final String POSTGRESQL =
            "select count(*), count(state), coalesce(extract(epoch from max(replay_lag)), 0) from pg_stat_replication"
                    + " where state is null or state in ('streaming', 'catchup')";

    private ReplicaLag() {}

    static Duration ask(SqlDialect dialect, Optional<String> query, Connection connection)
            throws SQLException, StoreException {
        if (query.isPresent()) {
            return asked(query.get(), connection);
        }
        if (dialect != SqlDialect.POSTGRESQL) {
            throw new StoreException(
                    "this database tells nothing of replicas by itself; give `backfill: { lagQuery }` a"
                            + " select of the lag in seconds, or leave `lag` out");
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(POSTGRESQL)) {
            rows.next();
            if (rows.getLong(1) > rows.getLong(2)) {
                throw new StoreException(
                        "the lag of " + rows.getLong(1) + " replicas cannot be seen; grant pg_monitor to"
                                + " Bailey's user, or leave `backfill: { lag }` out");
            }
            return seconds(rows.getDouble(3));
        }
    }

    private static Duration asked(String query, Connection connection) throws SQLException, StoreException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            if (!rows.next()) {
                throw new StoreException("`lagQuery` gives no row (expected one, with the lag in seconds)");
            }
            double lag = rows.getDouble(1);
            if (rows.wasNull()) {
                throw new StoreException(
                        "`lagQuery` gives null (expected the lag in seconds); use coalesce for no lag");
            }
            return seconds(lag);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(1_000 * Math.max(0, seconds)));
    }
}
