package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Backfills and reconciles that were started, and how they ended: what the gates rest on. Thread-safe. */
public final class JobLog {

    private static final int CAP = 2_000;

    private final StateDb db;

    public JobLog(StateDb db) {
        this.db = db;
    }

    public void started(Entry entry) {
        db.write(connection -> {
            // Deleted and not updated, so that a job that is started again is the newest.
            Sql.update(connection, "delete from job where id = ?", entry.id());
            Sql.update(
                    connection,
                    "insert into job (id, slice, kind, repair, dry_run, state, started, ended, divergences, detail)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    entry.id(),
                    entry.slice(),
                    entry.kind().name(),
                    entry.repair(),
                    entry.dryRun(),
                    entry.state().name(),
                    entry.started(),
                    entry.ended().orElse(null),
                    entry.divergences(),
                    entry.detail());
            // Old clean reconciles go first: the ends of backfills and the newest runs are what gates look at.
            return Sql.update(
                    connection,
                    "delete from job where kind = 'RECONCILE' and state <> 'RUNNING' and rowid <="
                            + " (select coalesce(max(rowid), 0) from job) - ?",
                    CAP);
        });
    }

    public void ended(String id, State state, Instant at, long divergences, String detail) {
        db.write(connection -> Sql.update(
                connection,
                "update job set state = ?, ended = ?, divergences = ?, detail = ? where id = ?",
                state.name(),
                at,
                divergences,
                detail,
                id));
    }

    /** What a reconcile that runs has found so far. */
    public void found(String id, long divergences) {
        db.write(connection -> Sql.update(
                connection, "update job set divergences = ? where id = ? and state = 'RUNNING'", divergences, id));
    }

    public List<Entry> running() {
        return db.read(connection -> Sql.query(connection, "select * from job where state = 'RUNNING'", JobLog::row));
    }

    /** Newest first. */
    public List<Entry> of(SliceName slice, Kind kind) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from job where slice = ? and kind = ? order by rowid desc",
                JobLog::row,
                slice,
                kind.name()));
    }

    private static Entry row(ResultSet row) throws SQLException {
        return new Entry(
                row.getString("id"),
                new SliceName(row.getString("slice")),
                Kind.valueOf(row.getString("kind")),
                row.getInt("repair") == 1,
                row.getInt("dry_run") == 1,
                State.valueOf(row.getString("state")),
                Instant.parse(row.getString("started")),
                Optional.ofNullable(row.getString("ended")).map(Instant::parse),
                row.getLong("divergences"),
                row.getString("detail"));
    }

    public enum Kind {
        BACKFILL,
        RECONCILE
    }

    /** {@code LOST}: a restart found it running; another one took its place. */
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED,
        LOST
    }

    /** @param divergences what a reconcile found, before any repair; so far, while it runs */
    public record Entry(
            String id,
            SliceName slice,
            Kind kind,
            boolean repair,
            boolean dryRun,
            State state,
            Instant started,
            Optional<Instant> ended,
            long divergences,
            String detail) {}
}
