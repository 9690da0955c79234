package dev.bailey.control.state;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Commands that wait for a second person, and how that ended. Durable when a method returns. Thread-safe. */
public final class ApprovalTable {

    private final StateDb db;

    public ApprovalTable(StateDb db) {
        this.db = db;
        db.ensure("create table if not exists approval ("
                + "id text primary key, command text not null, why text not null, epoch integer,"
                + " asker text not null, roles text not null, reason text not null, asked_at text not null,"
                + " expires_at text not null, state text not null, decided_by text, decided_at text,"
                + " decision_reason text, result text)");
    }

    public void insert(Row row) {
        db.write(connection -> Sql.update(
                connection,
                "insert into approval (id, command, why, epoch, asker, roles, reason, asked_at, expires_at, state,"
                        + " decided_by, decided_at, decision_reason, result) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.id(),
                row.command(),
                row.why(),
                row.epoch().orElse(null),
                row.asker(),
                row.roles(),
                row.reason(),
                row.askedAt(),
                row.expiresAt(),
                row.state(),
                row.decidedBy().orElse(null),
                row.decidedAt().orElse(null),
                row.decisionReason().orElse(null),
                row.result().orElse(null)));
    }

    public Optional<Row> find(String id) {
        return db.read(connection ->
                Sql.query(connection, "select * from approval where id = ?", ApprovalTable::row, id).stream()
                        .findFirst());
    }

    /** Newest first. */
    public List<Row> latest(int limit) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from approval order by asked_at desc, rowid desc limit ?",
                ApprovalTable::row,
                limit));
    }

    /** Decides one that waits; false when somebody was faster. */
    public boolean decide(String id, String state, String by, Instant at, String reason) {
        return db.write(connection -> Sql.update(
                        connection,
                        "update approval set state = ?, decided_by = ?, decided_at = ?, decision_reason = ?"
                                + " where id = ? and state = 'WAITING'",
                        state,
                        by,
                        at,
                        reason,
                        id)
                == 1);
    }

    public void result(String id, String result) {
        db.write(connection -> Sql.update(connection, "update approval set result = ? where id = ?", result, id));
    }

    private static Row row(ResultSet row) throws SQLException {
        long epoch = row.getLong("epoch");
        Optional<Long> seen = row.wasNull() ? Optional.empty() : Optional.of(epoch);
        return new Row(
                row.getString("id"),
                row.getString("command"),
                row.getString("why"),
                seen,
                row.getString("asker"),
                row.getString("roles"),
                row.getString("reason"),
                Instant.parse(row.getString("asked_at")),
                Instant.parse(row.getString("expires_at")),
                row.getString("state"),
                Optional.ofNullable(row.getString("decided_by")),
                Optional.ofNullable(row.getString("decided_at")).map(Instant::parse),
                Optional.ofNullable(row.getString("decision_reason")),
                Optional.ofNullable(row.getString("result")));
    }

    /**
     * @param command as JSON
     * @param why it needs a second person
     * @param epoch of the slice when it was asked
     * @param roles of the asker, joined by commas
     */
    public record Row(
            String id,
            String command,
            String why,
            Optional<Long> epoch,
            String asker,
            String roles,
            String reason,
            Instant askedAt,
            Instant expiresAt,
            String state,
            Optional<String> decidedBy,
            Optional<Instant> decidedAt,
            Optional<String> decisionReason,
            Optional<String> result) {}
}
