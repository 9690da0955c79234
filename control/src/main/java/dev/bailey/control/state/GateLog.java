package dev.bailey.control.state;

import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.type.TypeReference;

/**
 * What the gates said: the last reading of each (at most a minute old while its verdict stays), and every change of verdict,
 * at most {@value #CAP} rows. Thread-safe.
 */
public final class GateLog {

    private static final int CAP = 10_000;
    private static final Duration REPEAT = Duration.ofMinutes(1);
    private static final TypeReference<GateReading> READING = new TypeReference<>() {};

    private final StateDb db;
    private final Map<Key, GateReading> kept = new ConcurrentHashMap<>();

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
        GateReading last = kept.get(new Key(slice, phase, reading.gate()));
        return last == null
                || last.verdict() != reading.verdict()
                || Duration.between(last.to(), reading.to()).compareTo(REPEAT) > 0;
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
        readings.forEach(reading -> kept.put(new Key(slice, phase, reading.gate()), reading));
    }

    private Optional<Verdict> last(Connection connection, SliceName slice, Phase phase, GateName gate)
            throws SQLException {
        GateReading known = kept.get(new Key(slice, phase, gate));
        if (known != null) {
            return Optional.of(known.verdict());
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
