package dev.bailey.control.state;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.type.TypeReference;

/** Confirmed differences between the two stores: one row a key, at most {@value #CAP} open ones a slice. Thread-safe. */
public final class Divergences {

    /** Most open ones of a slice. */
    public static final int CAP = 10_000;

    private static final TypeReference<List<String>> PATHS = new TypeReference<>() {};

    private final StateDb db;

    public Divergences(StateDb db) {
        this.db = db;
    }

    /** Records a divergence as open; false when the slice has too many open ones already (they are still counted by their run). */
    public boolean found(SliceName slice, EntityKey key, Kind kind, List<String> paths, Instant at) {
        return db.write(connection -> {
            long open = Sql.query(
                            connection,
                            "select count(*) from divergence where slice = ? and state = 'OPEN' and key <> ?",
                            row -> row.getLong(1),
                            slice,
                            key)
                    .getFirst();
            if (open >= CAP) {
                return false;
            }
            Sql.update(
                    connection,
                    "insert into divergence (slice, key, kind, paths, found, state, changed)"
                            + " values (?, ?, ?, ?, ?, 'OPEN', ?) on conflict (slice, key) do update"
                            + " set kind = excluded.kind, paths = excluded.paths, found = excluded.found,"
                            + " state = excluded.state, changed = excluded.changed",
                    slice,
                    key,
                    kind.name(),
                    Json.write(paths),
                    at,
                    at);
            return true;
        });
    }

    /** An entity is equal again. */
    public void settled(SliceName slice, EntityKey key, State state, Instant at) {
        db.write(connection -> Sql.update(
                connection,
                "update divergence set state = ?, changed = ? where slice = ? and key = ? and state = 'OPEN'",
                state.name(),
                at,
                slice,
                key));
    }

    /** A full reconcile that began at {@code begun} did not find what was found before it: gone. */
    public void goneSince(SliceName slice, Instant begun, Instant at) {
        List<Divergence> older = of(slice, CAP).stream()
                .filter(divergence ->
                        divergence.state() == State.OPEN && divergence.found().isBefore(begun))
                .toList();
        older.forEach(divergence -> settled(slice, divergence.key(), State.GONE, at));
    }

    /** Open ones first, then the newest. */
    public List<Divergence> of(SliceName slice, int limit) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from divergence where slice = ? order by state <> 'OPEN', changed desc, key limit ?",
                row -> new Divergence(
                        slice,
                        new EntityKey(row.getString("key")),
                        Kind.valueOf(row.getString("kind")),
                        Json.read(row.getString("paths"), PATHS),
                        Instant.parse(row.getString("found")),
                        State.valueOf(row.getString("state")),
                        Instant.parse(row.getString("changed"))),
                slice,
                limit));
    }

    /** How many there were in each state. */
    public long count(SliceName slice, State state) {
        return db.read(connection -> Sql.query(
                        connection,
                        "select count(*) from divergence where slice = ? and state = ?",
                        row -> row.getLong(1),
                        slice,
                        state.name())
                .getFirst());
    }

    /** What differs, seen from the follower. */
    public enum Kind {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    public enum State {
        OPEN,
        REPAIRED,
        GONE
    }

    /** @param paths JSON pointers of the fields that differ; empty when the whole document is missing or extra */
    public record Divergence(
            SliceName slice,
            EntityKey key,
            Kind kind,
            List<String> paths,
            Instant found,
            State state,
            Instant changed) {
        public Divergence {
            paths = List.copyOf(paths);
        }
    }
}
