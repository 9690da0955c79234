package dev.bailey.control.state;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The routing records of all slices. Every change compares and swaps the epoch, and is durable first, then in memory, then
 * published; publications come in the order of the commits. Thread-safe.
 */
public final class SliceRecords {

    private final StateDb db;
    private final Consumer<SliceState> publish;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<SliceName, Standing> standings = new ConcurrentHashMap<>();

    /** Slices whose last step may be in the store or not; changed under the lock. */
    private final Set<SliceName> unsure = ConcurrentHashMap.newKeySet();

    public SliceRecords(StateDb db, Consumer<SliceState> publish) {
        this.db = db;
        this.publish = publish;
    }

    /** Reads the records of slices, or gives them their first ones, and publishes them. */
    public void load(List<SliceName> slices, Instant now) {
        lock.lock();
        try {
            List<Standing> loaded = db.write(connection -> {
                List<Standing> each = new ArrayList<>();
                for (SliceName slice : slices) {
                    each.add(stored(connection, slice, now));
                }
                return each;
            });
            for (Standing standing : loaded) {
                standings.put(standing.state().slice(), standing);
                publish.accept(standing.state());
            }
        } finally {
            lock.unlock();
        }
    }

    private static Standing stored(Connection connection, SliceName slice, Instant now) throws SQLException {
        List<Standing> found =
                Sql.query(connection, "select * from slice_state where slice = ?", SliceRecords::standing, slice);
        if (!found.isEmpty()) {
            return found.getFirst();
        }
        Standing first = Standing.first(SliceState.first(slice), now);
        insert(connection, first);
        return first;
    }

    /** Every record the file holds, of slices that are loaded and of those that are not. */
    public List<SliceState> stored() {
        return db.read(connection -> Sql.query(
                connection,
                "select * from slice_state order by slice",
                row -> standing(row).state()));
    }

    public Standing standing(SliceName slice) {
        Standing standing = standings.get(slice);
        if (standing == null) {
            throw new IllegalArgumentException("no slice " + slice + " (known: " + standings.keySet() + ")");
        }
        return standing;
    }

    public List<Standing> all() {
        return standings.values().stream()
                .sorted(Comparator.comparing(standing -> standing.state().slice()))
                .toList();
    }

    /** The slices with a step in progress. */
    public Set<SliceName> underWay() {
        return Set.copyOf(db.read(connection ->
                Sql.query(connection, "select distinct slice from pending", row -> new SliceName(row.getString(1)))));
    }

    /** Steps in progress of a slice. */
    public List<Pending> pending(SliceName slice) {
        return db.read(connection ->
                Sql.query(connection, "select * from pending where slice = ?", SliceRecords::pending, slice));
    }

    /**
     * Marks a step as begun, if {@code pending.from()} is still in force. Of a handover, {@code prepared} gets the next free
     * epoch. Empty when the slice has moved meanwhile.
     */
    public Optional<Pending> begin(Pending draft) {
        lock.lock();
        try {
            if (!inForce(draft.from())) {
                return Optional.empty();
            }
            Pending pending = db.write(connection -> {
                Pending marked = draft.kind() == Pending.Kind.PREPARE
                        ? withPrepared(draft, at(draft.prepared(), nextEpoch(connection, draft.slice())))
                        : draft;
                Sql.update(
                        connection,
                        "insert into pending (slice, kind, from_state, prepared, actor, reason, at)"
                                + " values (?, ?, ?, ?, ?, ?, ?) on conflict (slice, kind) do update"
                                + " set from_state = excluded.from_state, prepared = excluded.prepared,"
                                + " actor = excluded.actor, reason = excluded.reason, at = excluded.at",
                        marked.slice(),
                        marked.kind().name(),
                        text(marked.from()),
                        text(marked.prepared()),
                        marked.actor(),
                        marked.reason(),
                        marked.at());
                return marked;
            });
            return Optional.of(pending);
        } finally {
            lock.unlock();
        }
    }

    /** Takes away the marker of a step that is over. */
    public void end(Pending pending) {
        db.write(connection -> unmark(connection, pending.slice(), pending.kind()));
    }

    /** Moves a slice from {@code draft.from()} to {@code draft.to()} under the next free epoch; empty when it has moved meanwhile. */
    public Optional<Standing> move(Transition draft) {
        lock.lock();
        try {
            if (!inForce(draft.from())) {
                return Optional.empty();
            }
            return Optional.of(swap(
                    draft, connection -> at(draft.to(), nextEpoch(connection, draft.slice())), draft.committed()));
        } finally {
            lock.unlock();
        }
    }

    /** Puts the prepared record of a handover in force; empty when the slice has moved meanwhile. */
    public Optional<Standing> commit(Pending pending, Transition draft) {
        lock.lock();
        try {
            if (!inForce(pending.from())) {
                return Optional.empty();
            }
            return Optional.of(swap(draft, connection -> pending.prepared(), true));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a handover before its commit: the old routing under an epoch after the prepared one. When the slice has moved
     * meanwhile its record stays as it is. What was tried is kept in the history.
     */
    public Standing abort(Pending pending, Transition draft) {
        lock.lock();
        try {
            Standing now = standing(pending.slice());
            if (inForce(pending.from())) {
                return swap(draft, connection -> at(pending.from(), nextEpoch(connection, pending.slice())), false);
            }
            db.write(connection -> {
                unmark(connection, pending.slice(), Pending.Kind.PREPARE);
                return History.insert(connection, draft.stored(0, pending.from(), false));
            });
            return now;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what the state file says, when it is ahead of memory: after a commit whose answer was lost. */
    public Standing reread(SliceName slice) {
        lock.lock();
        try {
            Standing stored = db.read(connection -> Sql.query(
                            connection, "select * from slice_state where slice = ?", SliceRecords::standing, slice)
                    .getFirst());
            if (stored.state().epoch().compareTo(standing(slice).state().epoch()) > 0) {
                standings.put(slice, stored);
                publish.accept(stored.state());
            }
            unsure.remove(slice);
            return standing(slice);
        } finally {
            lock.unlock();
        }
    }

    /** Adds figures, known only afterwards, to the evidence of the transition that led to a record. */
    public void measured(SliceState to, Map<String, Double> numbers) {
        db.write(connection -> Sql.update(
                connection,
                "update transition set numbers = ? where slice = ? and to_state = ?",
                Json.write(numbers),
                to.slice(),
                text(to)));
    }

    /** From now on measurements before a moment do not count for the slice. */
    public void evidenceFrom(SliceName slice, Instant from) {
        lock.lock();
        try {
            db.write(connection ->
                    Sql.update(connection, "update slice_state set evidence_from = ? where slice = ?", from, slice));
            standings.computeIfPresent(slice, (name, standing) -> standing.withEvidenceFrom(from));
        } finally {
            lock.unlock();
        }
    }

    /** Whether the answer to a slice's last commit was lost, and the store has not told yet how it ended. */
    public boolean isUnsure(SliceName slice) {
        return unsure.contains(slice);
    }

    /**
     * Asks the store about every slice that is unsure, and takes over what it says. Cheap when there is none.
     *
     * @return those of them that turned out to have moved
     * @throws StateException when the store cannot be asked yet
     */
    public List<Standing> settle() {
        return unsure.stream()
                .flatMap(slice -> {
                    Epoch before = standing(slice).state().epoch();
                    Standing now = reread(slice);
                    return now.state().epoch().equals(before) ? Stream.empty() : Stream.of(now);
                })
                .toList();
    }

    private boolean inForce(SliceState seen) {
        if (isUnsure(seen.slice())) {
            reread(seen.slice());
        }
        return standing(seen.slice()).state().epoch().equals(seen.epoch());
    }

    private Standing swap(Transition draft, StateDb.Work<SliceState> target, boolean committed) {
        try {
            return swapOnce(draft, target, committed);
        } catch (StateException.OutcomeUnknown e) {
            unsure.add(draft.slice());
            return afterLostAnswer(draft.slice(), e);
        }
    }

    /** Nothing is known until the store is read again; if that fails now, {@link #settle} or the slice's next step tries again. */
    private Standing afterLostAnswer(SliceName slice, StateException.OutcomeUnknown lost) {
        Epoch before = standing(slice).state().epoch();
        try {
            Standing stored = reread(slice);
            if (!stored.state().epoch().equals(before)) {
                return stored;
            }
        } catch (StateException e) {
            lost.addSuppressed(e);
            throw lost;
        }
        throw StateException.because(
                "the step of slice " + slice + " was not made, its commit did not reach the store", lost);
    }

    private Standing swapOnce(Transition draft, StateDb.Work<SliceState> target, boolean committed) {
        Standing before = standing(draft.slice());
        Standing after = db.write(connection -> {
            SliceState to = target.run(connection);
            Standing moved = before.moved(to, draft.at());
            int changed = Sql.update(
                    connection,
                    "update slice_state set phase = ?, ramp = ?, cohorts = ?, epoch = ?, phase_since = ?, step_since = ?,"
                            + " replicating_since = ?, reads_since = ?, compared_since = ?, evidence_from = ? where slice = ? and epoch = ?",
                    to.phase().name(),
                    to.ramp().hundredths(),
                    cohorts(to),
                    to.epoch().value(),
                    moved.phaseSince(),
                    moved.stepSince(),
                    moved.replicatingSince().orElse(null),
                    moved.readsSince().orElse(null),
                    moved.comparedSince().orElse(null),
                    moved.evidenceFrom(),
                    to.slice(),
                    before.state().epoch().value());
            if (changed != 1) {
                throw new IllegalStateException("the record of " + to.slice() + " is not at epoch "
                        + before.state().epoch() + " any more: another process uses this state file");
            }
            unmark(connection, to.slice(), Pending.Kind.PREPARE);
            History.insert(connection, draft.stored(0, to, committed));
            return moved;
        });
        standings.put(draft.slice(), after);
        publish.accept(after.state());
        return after;
    }

    private static Epoch nextEpoch(Connection connection, SliceName slice) throws SQLException {
        List<Long> current =
                Sql.query(connection, "select epoch from slice_state where slice = ?", row -> row.getLong(1), slice);
        List<Epoch> prepared = Sql.query(
                connection,
                "select prepared from pending where slice = ? and kind = 'PREPARE'",
                row -> state(row.getString(1)).epoch(),
                slice);
        long highest = Math.max(
                current.getFirst(),
                prepared.stream().mapToLong(Epoch::value).max().orElse(0));
        return new Epoch(highest).next();
    }

    private static int unmark(Connection connection, SliceName slice, Pending.Kind kind) throws SQLException {
        return Sql.update(connection, "delete from pending where slice = ? and kind = ?", slice, kind.name());
    }

    private static void insert(Connection connection, Standing standing) throws SQLException {
        SliceState state = standing.state();
        Sql.update(
                connection,
                "insert into slice_state values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                state.slice(),
                state.phase().name(),
                state.ramp().hundredths(),
                cohorts(state),
                state.epoch().value(),
                standing.phaseSince(),
                standing.stepSince(),
                standing.replicatingSince().orElse(null),
                standing.readsSince().orElse(null),
                standing.comparedSince().orElse(null),
                standing.evidenceFrom());
    }

    static Standing standing(ResultSet row) throws SQLException {
        SliceState state = new SliceState(
                new SliceName(row.getString("slice")),
                Phase.valueOf(row.getString("phase")),
                new Ramp(row.getInt("ramp")),
                names(row.getString("cohorts")),
                new Epoch(row.getLong("epoch")));
        return new Standing(
                state,
                Instant.parse(row.getString("phase_since")),
                Instant.parse(row.getString("step_since")),
                Optional.ofNullable(row.getString("replicating_since")).map(Instant::parse),
                Optional.ofNullable(row.getString("reads_since")).map(Instant::parse),
                Optional.ofNullable(row.getString("compared_since")).map(Instant::parse),
                Instant.parse(row.getString("evidence_from")));
    }

    private static Pending pending(ResultSet row) throws SQLException {
        return new Pending(
                new SliceName(row.getString("slice")),
                Pending.Kind.valueOf(row.getString("kind")),
                state(row.getString("from_state")),
                state(row.getString("prepared")),
                row.getString("actor"),
                row.getString("reason"),
                Instant.parse(row.getString("at")));
    }

    private static Pending withPrepared(Pending draft, SliceState prepared) {
        return new Pending(
                draft.slice(), draft.kind(), draft.from(), prepared, draft.actor(), draft.reason(), draft.at());
    }

    private static SliceState at(SliceState state, Epoch epoch) {
        return new SliceState(state.slice(), state.phase(), state.ramp(), state.cohorts(), epoch);
    }

    /** A record in one column: {@code slice|phase|ramp|epoch|cohorts}. */
    static String text(SliceState state) {
        return String.join(
                "|",
                state.slice().value(),
                state.phase().name(),
                Integer.toString(state.ramp().hundredths()),
                state.epoch().toString(),
                cohorts(state));
    }

    static SliceState state(String text) {
        String[] parts = text.split("\\|", 5);
        return new SliceState(
                new SliceName(parts[0]),
                Phase.valueOf(parts[1]),
                new Ramp(Integer.parseInt(parts[2])),
                names(parts[4]),
                new Epoch(Long.parseLong(parts[3])));
    }

    private static String cohorts(SliceState state) {
        return String.join(",", state.cohorts().stream().sorted().toList());
    }

    private static Set<String> names(String joined) {
        return new LinkedHashSet<>(joined.isEmpty() ? List.of() : Arrays.asList(joined.split(",")));
    }
}
