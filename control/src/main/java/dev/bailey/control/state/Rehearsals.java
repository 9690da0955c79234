package dev.bailey.control.state;

import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;

/** Rehearsals and what they proved. Thread-safe. */
public final class Rehearsals {

    private final StateDb db;

    public Rehearsals(StateDb db) {
        this.db = db;
    }

    public void keep(Proof proof) {
        db.write(connection -> Sql.update(
                connection,
                "insert into rehearsal (slice, at, cohort, equal, keys, unequal, forward_ms, back_ms, detail)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                proof.slice(),
                proof.at(),
                proof.cohort().hundredths(),
                proof.equal(),
                proof.keys(),
                proof.unequal(),
                proof.forwardStallMs(),
                proof.backStallMs(),
                proof.detail()));
    }

    /** Newest first. */
    public List<Proof> of(SliceName slice, int limit) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from rehearsal where slice = ? order by id desc limit ?",
                row -> new Proof(
                        slice,
                        Instant.parse(row.getString("at")),
                        new Ramp(row.getInt("cohort")),
                        row.getInt("equal") == 1,
                        row.getLong("keys"),
                        row.getLong("unequal"),
                        row.getDouble("forward_ms"),
                        row.getDouble("back_ms"),
                        row.getString("detail")),
                slice,
                limit));
    }

    /**
     * What a rehearsal showed.
     *
     * @param keys entities held against each other on both sides
     * @param unequal how many of them differed
     */
    public record Proof(
            SliceName slice,
            Instant at,
            Ramp cohort,
            boolean equal,
            long keys,
            long unequal,
            double forwardStallMs,
            double backStallMs,
            String detail) {}
}
