package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which slices are held. Durable first, then in memory. Thread-safe. */
public final class Holds {

    private final StateDb db;
    private final Map<Key, Hold> held = new ConcurrentHashMap<>();

    public Holds(StateDb db) {
        this.db = db;
        List<Hold> stored = db.read(connection -> Sql.query(
                connection,
                "select * from hold",
                row -> new Hold(
                        new SliceName(row.getString("slice")),
                        Kind.valueOf(row.getString("kind")),
                        row.getString("actor"),
                        Instant.parse(row.getString("since")),
                        row.getString("reason"))));
        stored.forEach(hold -> held.put(key(hold.slice(), hold.kind()), hold));
    }

    public void put(Hold hold) {
        db.write(connection -> Sql.update(
                connection,
                "insert into hold (slice, kind, actor, since, reason) values (?, ?, ?, ?, ?)"
                        + " on conflict (slice, kind) do update"
                        + " set actor = excluded.actor, since = excluded.since, reason = excluded.reason",
                hold.slice(),
                hold.kind().name(),
                hold.actor(),
                hold.since(),
                hold.reason()));
        held.put(key(hold.slice(), hold.kind()), hold);
    }

    public void remove(SliceName slice, Kind kind) {
        if (held.containsKey(key(slice, kind))) {
            db.write(connection ->
                    Sql.update(connection, "delete from hold where slice = ? and kind = ?", slice, kind.name()));
            held.remove(key(slice, kind));
        }
    }

    public Optional<Hold> of(SliceName slice, Kind kind) {
        return Optional.ofNullable(held.get(key(slice, kind)));
    }

    private static Key key(SliceName slice, Kind kind) {
        return new Key(slice, kind);
    }

    private record Key(SliceName slice, Kind kind) {}

    /** {@code OPERATOR}: a person stopped the watch from acting. {@code WATCH}: the watch stops the slice from advancing. */
    public enum Kind {
        OPERATOR,
        WATCH
    }

    public record Hold(SliceName slice, Kind kind, String actor, Instant since, String reason) {}
}
