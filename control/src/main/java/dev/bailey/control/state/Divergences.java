package dev.bailey.control.state;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
        return db.write(connection -> insert(connection, slice, new Found(key, kind, paths, false, at)));
    }

    /** An entity is equal again. */
    public void settled(SliceName slice, EntityKey key, State state, Instant at) {
        db.write(connection -> settle(connection, slice, key, state, at));
    }

    /**
     * Keeps what a reconcile found, all of it or nothing. A pass tells it again and again: what was settled since it was found
     * stays settled.
     *
     * @param begun of a full one that came to its end: what was found before it and is not among what it found is gone
     */
    public void reconciled(SliceName slice, Optional<Instant> begun, List<Found> found, Instant at) {
        db.write(connection -> {
            if (begun.isPresent()) {
                Set<EntityKey> present = found.stream().map(Found::key).collect(Collectors.toSet());
                for (Divergence older : of(connection, slice, CAP)) {
                    if (older.state() == State.OPEN
                            && older.found().isBefore(begun.get())
                            && !present.contains(older.key())) {
                        settle(connection, slice, older.key(), State.GONE, at);
                    }
                }
            }
            for (Found one : found) {
                if (!isSettledSince(connection, slice, one)) {
                    insert(connection, slice, one);
                }
                if (one.repaired()) {
                    settle(connection, slice, one.key(), State.REPAIRED, at);
                }
            }
            return found.size();
        });
    }

    private static boolean isSettledSince(Connection connection, SliceName slice, Found found) throws SQLException {
        return Sql.query(
                        connection,
                        "select changed from divergence where slice = ? and key = ? and state <> 'OPEN'",
                        row -> Instant.parse(row.getString(1)),
                        slice,
                        found.key())
                .stream()
                .anyMatch(settled -> settled.isAfter(found.at()));
    }

    private static boolean insert(Connection connection, SliceName slice, Found found) throws SQLException {
        long open = Sql.query(
                        connection,
                        "select count(*) from divergence where slice = ? and state = 'OPEN' and key <> ?",
                        row -> row.getLong(1),
                        slice,
                        found.key())
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
                found.key(),
                found.kind().name(),
                Json.write(found.paths()),
                found.at(),
                found.at());
        return true;
    }

    private static int settle(Connection connection, SliceName slice, EntityKey key, State state, Instant at)
            throws SQLException {
        return Sql.update(
                connection,
                "update divergence set state = ?, changed = ? where slice = ? and key = ? and state = 'OPEN'",
                state.name(),
                at,
                slice,
                key);
    }

    /** Open ones first, then the newest. */
    public List<Divergence> of(SliceName slice, int limit) {
        return db.read(connection -> of(connection, slice, limit));
    }

    private static List<Divergence> of(Connection connection, SliceName slice, int limit) throws SQLException {
        return Sql.query(
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
                limit);
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

    /**
     * A difference that a reconcile confirmed.
     *
     * @param paths of the fields that differ; empty when one side has no document at all
     * @param repaired whether the same reconcile made it equal
     * @param at when it was found, or repaired
     */
    public record Found(EntityKey key, Kind kind, List<String> paths, boolean repaired, Instant at) {
        public Found {
            paths = List.copyOf(paths);
        }
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
