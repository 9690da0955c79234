package dev.bailey.control.state;

import dev.bailey.model.phase.GateReading;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.type.TypeReference;

/** Every transition with its evidence, oldest first. Thread-safe. */
public final class History {

    private static final TypeReference<List<GateReading>> READINGS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Double>> NUMBERS = new TypeReference<>() {};

    private final StateDb db;

    public History(StateDb db) {
        this.db = db;
    }

    /** The last transitions of a slice, at most {@code limit}, oldest first. */
    public List<Transition> of(SliceName slice, int limit) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from (select * from transition where slice = ? order by id desc limit ?) as newest order by id",
                History::row,
                slice,
                limit));
    }

    /** The transitions of all slices after one, at most {@code limit}, oldest first. Cheap when there is none. */
    public List<Transition> since(long id, int limit) {
        return db.read(connection -> Sql.query(
                connection, "select * from transition where id > ? order by id limit ?", History::row, id, limit));
    }

    /** Id of the last transition of any slice; 0 when there was none. */
    public long last() {
        return db.read(connection -> Sql.query(
                        connection, "select coalesce(max(id), 0) from transition", row -> row.getLong(1))
                .getFirst());
    }

    static int insert(Connection connection, Transition transition) throws SQLException {
        return Sql.update(
                connection,
                "insert into transition (slice, at, actor, reason, command, from_state, to_state, committed, forced,"
                        + " approval, gates, numbers, detail) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                transition.slice(),
                transition.at(),
                transition.actor(),
                transition.reason(),
                transition.command(),
                SliceRecords.text(transition.from()),
                SliceRecords.text(transition.to()),
                transition.committed(),
                transition.forced(),
                transition.approval().orElse(null),
                Json.write(transition.gates()),
                Json.write(transition.numbers()),
                transition.detail());
    }

    private static Transition row(ResultSet row) throws SQLException {
        return new Transition(
                row.getLong("id"),
                new SliceName(row.getString("slice")),
                Instant.parse(row.getString("at")),
                row.getString("actor"),
                row.getString("reason"),
                row.getString("command"),
                SliceRecords.state(row.getString("from_state")),
                SliceRecords.state(row.getString("to_state")),
                row.getInt("committed") == 1,
                row.getInt("forced") == 1,
                Optional.ofNullable(row.getString("approval")),
                Json.read(row.getString("gates"), READINGS),
                Json.read(row.getString("numbers"), NUMBERS),
                row.getString("detail"));
    }
}
