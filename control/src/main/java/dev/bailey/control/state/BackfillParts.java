package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parts of backfills in the shared store, which the node that leads has laid out for others. Times are by the store's clock.
 * Thread-safe; every method throws {@link StateException} when the store cannot be asked, and may be called again.
 */
public final class BackfillParts {

    private static final String FROM_NOW = "clock_timestamp() + ? * interval '1 millisecond'";
    private static final String COLUMNS = "slice, job, shape, term, after_key, up_to, claim";

    /** Nobody's, or whose time is over. */
    private static final String FREE = "not (state = 'HELD' and until > clock_timestamp())";

    private static final String OURS =
            " where slice = ? and job = ? and term = ? and claim = ? and state = 'HELD' and until > clock_timestamp()";

    private final StateDb db;

    /** @param db fenced by whoever works here: the lead for one that lays out and takes in, a node's life for one that copies */
    public BackfillParts(StateDb db) {
        this.db = db;
    }

    /** How a part stands. */
    public enum State {
        OFFERED,
        HELD,
        COPIED,
        LEFT
    }

    /**
     * A part.
     *
     * @param claim under which somebody has it, or had it; 0 for nobody
     */
    public record Part(
            SliceName slice,
            String job,
            String shape,
            long term,
            Optional<String> after,
            Optional<String> upTo,
            long claim) {}

    /**
     * A part as it stands; one whose holder's time is over is left.
     *
     * @param owner who had it last
     */
    public record Standing(Part part, State state, Optional<String> owner, long written) {}

    /** Lays a part out for so long; nothing where it lies there already. */
    public void offer(Part part, Duration lapse) {
        db.write(connection -> Sql.update(
                connection,
                "insert into backfill_part (slice, job, shape, term, after_key, up_to, state, until)"
                        + " values (?, ?, ?, ?, ?, ?, 'OFFERED', " + FROM_NOW + ") on conflict do nothing",
                part.slice(),
                part.job(),
                part.shape(),
                part.term(),
                part.after().orElse(null),
                part.upTo().orElse(null),
                lapse.toMillis()));
    }

    /** All parts of a slice; what is offered is so for that much longer. */
    public List<Standing> look(SliceName slice, Duration lapse) {
        return db.write(connection -> {
            Sql.update(
                    connection,
                    "update backfill_part set until = " + FROM_NOW + " where slice = ? and state = 'OFFERED'",
                    lapse.toMillis(),
                    slice);
            return Sql.query(
                    connection,
                    "select " + COLUMNS + ", case when state = 'HELD' and until <= clock_timestamp() then 'LEFT'"
                            + " else state end, owner, written from backfill_part where slice = ? order by term",
                    BackfillParts::standing,
                    slice);
        });
    }

    /** Takes a part away, and tells how it stood; empty while somebody has it. One that is gone, as after a lost answer, was left. */
    public Optional<Standing> take(Part part) {
        return db.write(connection -> {
            List<Standing> taken = Sql.query(
                    connection,
                    "delete from backfill_part where slice = ? and job = ? and term = ? and " + FREE + " returning "
                            + COLUMNS + ", case state when 'HELD' then 'LEFT' else state end, owner, written",
                    BackfillParts::standing,
                    part.slice(),
                    part.job(),
                    part.term());
            if (!taken.isEmpty()) {
                return Optional.of(taken.getFirst());
            }
            boolean gone = Sql.query(
                            connection,
                            "select 1 from backfill_part where slice = ? and job = ? and term = ?",
                            row -> 1,
                            part.slice(),
                            part.job(),
                            part.term())
                    .isEmpty();
            return gone ? Optional.of(new Standing(part, State.LEFT, Optional.empty(), 0)) : Optional.empty();
        });
    }

    /**
     * Makes an offered part somebody's for a term.
     *
     * @param shapes of the slices whose parts are wanted, in the shape they must have
     */
    public Optional<Part> claim(Map<SliceName, String> shapes, String owner, Duration term) {
        // Most looks find nothing, and a query costs the store less than a transaction that writes.
        List<Part> offered = db.read(connection -> Sql.query(
                connection,
                "select " + COLUMNS + " from backfill_part where state = 'OFFERED' and until > clock_timestamp()"
                        + " order by slice, term",
                BackfillParts::part));
        Optional<Part> wanted = offered.stream()
                .filter(part -> part.shape().equals(shapes.get(part.slice())))
                .findFirst();
        return wanted.flatMap(part -> db.write(connection -> claimed(connection, part, owner, term)));
    }

    /** Of the parts of one slice and shape, the first that nobody else is just taking. */
    private static Optional<Part> claimed(Connection connection, Part like, String owner, Duration term)
            throws SQLException {
        return Sql.query(
                        connection,
                        "update backfill_part set state = 'HELD', claim = nextval('backfill_claim'), owner = ?, until = "
                                + FROM_NOW + " where (slice, job, term) = (select slice, job, term from backfill_part"
                                + " where slice = ? and shape = ? and state = 'OFFERED' and until > clock_timestamp()"
                                + " order by term limit 1 for update skip locked) returning " + COLUMNS,
                        BackfillParts::part,
                        owner,
                        term.toMillis(),
                        like.slice(),
                        like.shape())
                .stream()
                .findFirst();
    }

    /** Makes the time of a claim last for a term from now; false when it is over. */
    public boolean holds(Part part, Duration term) {
        return db.write(connection -> Sql.update(
                        connection,
                        "update backfill_part set until = " + FROM_NOW + OURS,
                        term.toMillis(),
                        part.slice(),
                        part.job(),
                        part.term(),
                        part.claim())
                == 1);
    }

    /** Ends a claim; false when its time was over: another may have the part by then. */
    public boolean over(Part part, boolean copied, long written) {
        return db.write(connection -> Sql.update(
                        connection,
                        "update backfill_part set state = ?, written = ?" + OURS,
                        copied ? State.COPIED : State.LEFT,
                        written,
                        part.slice(),
                        part.job(),
                        part.term(),
                        part.claim())
                == 1);
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(
                new SliceName(row.getString(1)),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getString(6)),
                row.getLong(7));
    }

    private static Standing standing(ResultSet row) throws SQLException {
        return new Standing(
                part(row), State.valueOf(row.getString(8)), Optional.ofNullable(row.getString(9)), row.getLong(10));
    }
}
