package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.util.List;

/** Measured minutes, so that a burn-in goes on after a restart; those of the last 48 hours. Thread-safe. */
public final class TrafficMinutes {

    private static final long KEPT_SECONDS = 48 * 3_600L;

    private final StateDb db;

    public TrafficMinutes(StateDb db) {
        this.db = db;
    }

    /** @param second epoch second the minute begins at */
    public void keep(SliceName slice, long second, String counts) {
        db.write(connection -> {
            Sql.update(
                    connection,
                    "insert into traffic_minute (slice, minute, counts) values (?, ?, ?)"
                            + " on conflict (slice, minute) do update set counts = excluded.counts",
                    slice,
                    second,
                    counts);
            return Sql.update(
                    connection,
                    "delete from traffic_minute where slice = ? and minute < ?",
                    slice,
                    second - KEPT_SECONDS);
        });
    }

    /** Oldest first. */
    public List<Minute> of(SliceName slice) {
        return db.read(connection -> Sql.query(
                connection,
                "select minute, counts from traffic_minute where slice = ? order by minute",
                row -> new Minute(row.getLong(1), row.getString(2)),
                slice));
    }

    public record Minute(long second, String counts) {}
}
