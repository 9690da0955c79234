package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec.Login;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Replication slots of a PostgreSQL database that nobody reads from: for each the server keeps its log, for ever. */
public final class IdleSlots {

    /** Begins the comment of a publication that Bailey makes; the name of the migration follows. */
    static final String OWNER = "Bailey, migration ";

    private IdleSlots() {}

    /**
     * A slot.
     *
     * @param kept how much of the log it keeps, in the server's words
     * @param migration whose it is; empty where that is not told
     */
    public record Idle(String slot, String kept, Optional<String> migration) {}

    /**
     * @param name for messages
     * @param prefix of the slots that are looked for
     */
    public static List<Idle> of(String name, Login login, String prefix) throws StoreException {
        SqlStore store = new SqlStore(login.jdbc(), login.user(), login.password(), "", Map.of(), Optional.empty());
        try (SqlPools pools = SqlPools.open(name, SqlDialect.POSTGRESQL, store)) {
            return pools.read(connection -> {
                String sql = "select slot_name, coalesce(pg_size_pretty(case when pg_is_in_recovery() then"
                        + " pg_last_wal_replay_lsn() else pg_current_wal_lsn() end - restart_lsn), 'nothing'),"
                        + " (select obj_description(oid, 'pg_publication') from pg_publication where pubname ="
                        + " slot_name) from pg_replication_slots where not active and slot_type = 'logical' and database ="
                        + " current_database() and left(slot_name, length(?)) = ? order by slot_name";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, prefix);
                    statement.setString(2, prefix);
                    List<Idle> idle = new ArrayList<>();
                    try (ResultSet found = statement.executeQuery()) {
                        while (found.next()) {
                            idle.add(new Idle(found.getString(1), found.getString(2), migration(found.getString(3))));
                        }
                    }
                    return idle;
                }
            });
        }
    }

    private static Optional<String> migration(@Nullable String comment) {
        return Optional.ofNullable(comment)
                .filter(told -> told.startsWith(OWNER))
                .map(told -> told.substring(OWNER.length()));
    }
}
