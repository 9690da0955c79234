package dev.bailey.control.state;

import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.type.TypeReference;

/**
 * What the gates said: the first reading of each with its present verdict, and every change of verdict, at most {@value #CAP} rows.
 * A reading that says what the one before said is not written: with many slices the watch would write all the time. Thread-safe.
 */
public final class GateLog {

    private static final int CAP = 10_000;
    private static final TypeReference<GateReading> READING = new TypeReference<>() {};

    private final StateDb db;
    private final Map<Key, Verdict> kept = new ConcurrentHashMap<>();

    public GateLog(StateDb db) {
        this.db = db;
    }

    /** Keeps the readings of the gates that guard the entry to a phase. */
    public void keep(SliceName slice, Phase phase, List<GateReading> readings) {
        List<GateReading> news = new ArrayList<>();
        for (GateReading reading : readings) {
            if (isNews(slice, phase, reading)) {
                news.add(reading);
            }
        }
        if (news.isEmpty()) {
            return;
        }
        try {
            write(slice, phase, news);
        } catch (RuntimeException e) {
            // The store may have taken them all the same: it is asked what it has before anything counts as a change.
            news.forEach(reading -> kept.remove(new Key(slice, phase, reading.gate())));
            throw e;
        }
    }

    private boolean isNews(SliceName slice, Phase phase, GateReading reading) {
        return kept.get(new Key(slice, phase, reading.gate())) != reading.verdict();
    }

    private record Key(SliceName slice, Phase phase, GateName gate) {}

    private void write(SliceName slice, Phase phase, List<GateReading> readings) {
        db.write(connection -> {
            for (GateReading reading : readings) {
                String json = Json.write(reading);
                Optional<Verdict> last = last(connection, slice, phase, reading.gate());
                Sql.update(
                        connection,
                        "insert into gate_last (slice, phase, gate, reading) values (?, ?, ?, ?)"
                                + " on conflict (slice, phase, gate) do update set reading = excluded.reading",
                        slice,
                        phase.name(),
                        reading.gate().name(),
                        json);
                if (last.isEmpty() || last.get() != reading.verdict()) {
                    Sql.update(
                            connection,
                            "insert into gate_history (slice, phase, gate, verdict, at, reading) values (?, ?, ?, ?, ?, ?)",
                            slice,
                            phase.name(),
                            reading.gate().name(),
                            reading.verdict().name(),
                            reading.to(),
                            json);
                }
            }
            return Sql.update(
                    connection,
                    "delete from gate_history where id <= (select coalesce(max(id), 0) from gate_history) - ?",
                    CAP);
        });
        readings.forEach(reading -> kept.put(new Key(slice, phase, reading.gate()), reading.verdict()));
    }

    private Optional<Verdict> last(Connection connection, SliceName slice, Phase phase, GateName gate)
            throws SQLException {
        Verdict known = kept.get(new Key(slice, phase, gate));
        if (known != null) {
            return Optional.of(known);
        }
        return Sql.query(
                        connection,
                        "select reading from gate_last where slice = ? and phase = ? and gate = ?",
                        row -> Json.read(row.getString(1), READING),
                        slice,
                        phase.name(),
                        gate.name())
                .stream()
                .map(GateReading::verdict)
                .findFirst();
    }

    /** Changes of verdict of a slice, newest first. */
    public List<GateChange> changes(SliceName slice, int limit) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from gate_history where slice = ? order by id desc limit ?",
                row -> new GateChange(
                        slice,
                        Phase.valueOf(row.getString("phase")),
                        GateName.valueOf(row.getString("gate")),
                        Instant.parse(row.getString("at")),
                        Json.read(row.getString("reading"), READING)),
                slice,
                limit));
    }

    /** A gate's verdict became another. */
    public record GateChange(SliceName slice, Phase entering, GateName gate, Instant at, GateReading reading) {}
}
