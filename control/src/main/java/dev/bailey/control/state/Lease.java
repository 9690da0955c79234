package dev.bailey.control.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's part in who may decide: at most one node of a migration holds the lease. Thread-safe; {@link #valid},
 * {@link #unbroken} and {@link #fence} never wait for the store.
 *
 * <pre>
 * What must hold: no two nodes take themselves for the active one at the same time, and nothing is written for one that is not.
 *
 *  - On the node the lease lasts from before its renewal was asked for, by a monotonic clock. In the store it lasts from when
 *    it was granted, by the store's clock, and a twentieth longer, for clocks that differ in their rate. So the node's ends
 *    first. The store's clock must not be set forward by more than that; a clock that stands still while the machine
 *    sleeps ({@code System.nanoTime} does) is not seen through here, but by the fence.
 *  - A takeover locks the owner's row before it looks at the holder's time, in a statement of its own; a renewal holds that
 *    row while it writes its time. Neither can miss the other.
 *  - Renewals do not change the owner's row, so that transactions may hold it all the time ({@link #fence}).
 *  - A lease renewed after it lapsed is another lease: it gets a new term. If nobody else had it meanwhile, the tenure is the
 *    same, and what this process has in memory is still true; the fence goes by the tenure.
 * </pre>
 */
public final class Lease implements AutoCloseable {

    /** How long a lease lasts. */
    public static final Duration TTL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final int RENEWALS_IN_TTL = 4;
    private static final int DRIFT_SHARE = 20;
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String HELD_BY_US =
            "select tenure from lease where purpose = 'owner' and tenure = ? and holder = ? and incarnation = ? for share";

    private final SharedStore store;
    private final NodeName name;
    private final Duration ttl;
    private final LongSupplier nanoTime;
    private final Duration bound;
    private final Messenger messenger;
    private long incarnation;
    private @Nullable Session session;
    private volatile @Nullable Held held;

    private Lease(SharedStore store, NodeName name, Duration ttl, LongSupplier nanoTime) {
        this.store = store;
        this.name = name;
        this.ttl = ttl;
        this.nanoTime = nanoTime;
        this.messenger = store.messenger("bailey-lease");
        this.bound = Duration.ofMillis(Math.clamp(ttl.toMillis() / 3, 1_000, SharedStore.BOUND.toMillis()));
    }

    /**
     * Makes this process known under a name, in an incarnation after every earlier one. It is not active yet.
     *
     * @param admin address of its admin port, for messages to others
     * @throws StateException when the store cannot be reached
     */
    public static Lease join(SharedStore store, NodeName name, String admin, LongSupplier nanoTime) {
        return join(store, name, admin, TTL, nanoTime);
    }

    /** The same with another time to live; all nodes of a migration must agree on it to within a twentieth. */
    public static Lease join(SharedStore store, NodeName name, String admin, Duration ttl, LongSupplier nanoTime) {
        store.migrate();
        Lease lease = new Lease(store, name, ttl, nanoTime);
        try {
            lease.incarnation = lease.transaction(connection -> Sql.query(
                            connection,
                            "insert into node (name, incarnation, admin, joined, until)"
                                    + " values (?, 1, ?, clock_timestamp(), " + UNTIL + ") on conflict (name) do update"
                                    + " set incarnation = node.incarnation + 1, admin = excluded.admin,"
                                    + " joined = excluded.joined, until = excluded.until returning incarnation",
                            row -> row.getLong(1),
                            name,
                            admin,
                            lease.storeMillis())
                    .getFirst());
            return lease;
        } catch (RuntimeException e) {
            lease.messenger.close();
            throw e;
        }
    }

    private static final String UNTIL = "clock_timestamp() + ? * interval '1 millisecond'";

    private long storeMillis() {
        return ttl.plus(ttl.dividedBy(DRIFT_SHARE)).toMillis();
    }

    public NodeName name() {
        return name;
    }

    public long incarnation() {
        return incarnation;
    }

    /** How often {@link #renew} should be called. */
    Duration renewEvery() {
        return ttl.dividedBy(RENEWALS_IN_TTL);
    }

    /**
     * Takes the lease if it is free, if its holder has not renewed it in time, or if it is this process's own already. False
     * when another has it, or when a transaction of another is still open.
     *
     * @throws StateException when the store cannot be asked
     */
    public boolean tryTake() {
        return messenger.call(() -> {
            if (valid(Duration.ZERO).isPresent()) {
                return true;
            }
            return take();
        });
    }

    private boolean take() {
        long before = nanoTime.getAsLong();
        Optional<Held> taken;
        try {
            taken = exchange(connection -> taken(connection, before));
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return false;
            }
            throw store.failed("refused to say who is active", e);
        }
        taken.ifPresent(mine -> held = mine);
        return taken.isPresent();
    }

    private Optional<Held> taken(Connection connection, long before) throws SQLException {
        Row owner = Sql.query(
                        connection,
                        "select term, tenure, holder, incarnation from lease where purpose = 'owner' for update",
                        Lease::row)
                .getFirst();
        boolean ours = owner.isOf(name, incarnation);
        if (!ours && owner.holder() != null && lives(connection, owner)) {
            return Optional.empty();
        }
        long term = owner.term() + 1;
        long tenure = ours ? owner.tenure() : term;
        Sql.update(
                connection,
                "update lease set term = ?, tenure = ?, holder = ?, incarnation = ? where purpose = 'owner'",
                term,
                tenure,
                name,
                incarnation);
        extend(connection);
        return Optional.of(new Held(term, tenure, before + ttl.toNanos()));
    }

    /** Whether the holder's time is not over; of an earlier incarnation of the same name, the later one's counts for both. */
    private static boolean lives(Connection connection, Row owner) throws SQLException {
        return !Sql.query(
                        connection,
                        "select 1 from node where name = ? and held_until > clock_timestamp()",
                        row -> 1,
                        owner.holder())
                .isEmpty();
    }

    private void extend(Connection connection) throws SQLException {
        Sql.update(connection, "update node set held_until = " + UNTIL + " where name = ?", storeMillis(), name);
    }

    /**
     * Says to the store that this process is alive, and makes its lease last from before this call if it has one. To be called
     * every quarter of the time to live.
     */
    public Renewal renew() {
        return messenger.call(this::renewNow);
    }

    private Renewal renewNow() {
        Held before = held;
        long asked = nanoTime.getAsLong();
        try {
            boolean ours = exchange(connection -> renewed(connection, before));
            if (before == null) {
                return new Renewal.Standby();
            }
            if (!ours) {
                held = null;
                return new Renewal.Lost(successor());
            }
            if (before.lasts(nanoTime.getAsLong())) {
                held = new Held(before.term(), before.tenure(), asked + ttl.toNanos());
                return new Renewal.Held(before.term());
            }
            return again(before);
        } catch (SQLException e) {
            return unreachable(before, Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        } catch (StateException e) {
            return unreachable(before, Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        }
    }

    /** The lease lapsed before the answer came; what was begun under it must not take this one for the same. */
    private Renewal again(Held before) {
        if (!take()) {
            held = null;
            return new Renewal.Lost(successor());
        }
        Held after = held;
        return after != null && after.tenure() == before.tenure()
                ? new Renewal.Again(after.term())
                : new Renewal.Lost(successor());
    }

    private boolean renewed(Connection connection, @Nullable Held mine) throws SQLException {
        Sql.update(
                connection,
                "update node set until = " + UNTIL + " where name = ? and incarnation = ?",
                storeMillis(),
                name,
                incarnation);
        if (mine == null) {
            return false;
        }
        if (Sql.query(connection, HELD_BY_US, row -> 1, mine.tenure(), name, incarnation)
                .isEmpty()) {
            return false;
        }
        extend(connection);
        return true;
    }

    private Renewal unreachable(@Nullable Held before, String why) {
        return new Renewal.Unreachable(before != null && !before.lasts(nanoTime.getAsLong()), why);
    }

    /**
     * The term of this process's lease, if it lasts at least that much longer. A write that may land at a service until
     * {@code atLeast} from now may be sent.
     */
    public OptionalLong valid(Duration atLeast) {
        Held mine = held;
        return mine != null && mine.lasts(nanoTime.getAsLong() + atLeast.toNanos())
                ? OptionalLong.of(mine.term())
                : OptionalLong.empty();
    }

    /** Whether that very lease has held until now without a lapse. Only then did what was sent under it count. */
    public boolean unbroken(long term) {
        OptionalLong now = valid(Duration.ZERO);
        return now.isPresent() && now.getAsLong() == term;
    }

    /**
     * The fence of the present tenure: it passes while this process holds the lease and nobody else has had it since this
     * call. After a loss a new fence is needed, and everything that was read under the old one must be read again.
     *
     * @throws StateException.Fenced when this process does not hold the lease
     */
    public Fence fence() {
        Held mine = held;
        if (mine == null) {
            throw new StateException.Fenced(fenced("it does not hold the lease"));
        }
        long tenure = mine.tenure();
        return connection -> {
            if (valid(Duration.ZERO).isEmpty()) {
                throw new StateException.Fenced(fenced("its lease is over"));
            }
            if (Sql.query(connection, HELD_BY_US, row -> 1, tenure, name, incarnation)
                    .isEmpty()) {
                throw new StateException.Fenced(fenced("another process has taken over"));
            }
        };
    }

    private String fenced(String why) {
        return "node " + name + " may not change the state in the shared store at " + store.where() + ": " + why
                + " (expected to be the active node); nothing was changed, ask the active node";
    }

    /**
     * Who is active, or was last and has not given it up; empty when nobody is.
     *
     * @throws StateException when the store cannot be asked
     */
    public Optional<Owner> owner() {
        return messenger.call(this::found);
    }

    private Optional<Owner> found() throws SQLException {
        return exchange(connection -> Sql.query(
                        connection,
                        "select lease.holder, lease.incarnation, node.admin, coalesce(node.held_until, node.joined) from lease"
                                + " join node on node.name = lease.holder where lease.purpose = 'owner'",
                        row -> new Owner(
                                new NodeName(row.getString(1)),
                                row.getLong(2),
                                row.getString(3),
                                row.getObject(4, OffsetDateTime.class).toInstant()))
                .stream()
                .findFirst());
    }

    /**
     * Gives the lease up at once, so that another need not wait for its end. Whoever calls this has ended what was under way.
     *
     * @throws StateException when the store cannot be told; then it ends by itself
     */
    public void release() {
        messenger.call(() -> {
            Held mine = held;
            held = null;
            if (mine != null) {
                try {
                    exchange(connection -> Sql.update(
                            connection,
                            "update lease set holder = null, incarnation = null"
                                    + " where purpose = 'owner' and tenure = ? and holder = ? and incarnation = ?",
                            mine.tenure(),
                            name,
                            incarnation));
                } catch (SQLException e) {
                    throw store.failed("could not be told that node " + name + " gives up its lease", e);
                }
            }
            return mine != null;
        });
    }

    /** For words only: that the lease is lost holds without it. */
    private Optional<Owner> successor() {
        try {
            return found();
        } catch (SQLException | StateException e) {
            LOG.debug("who has the lease now could not be asked", e);
            return Optional.empty();
        }
    }

    private <T> T transaction(StateDb.Work<T> work) {
        return messenger.call(() -> {
            try {
                return exchange(work);
            } catch (SQLException e) {
                throw store.failed("refused to know this node", e);
            }
        });
    }

    /** One transaction on this lease's own connection, opened when it is not there; cut when anything is wrong with it. */
    private <T> T exchange(StateDb.Work<T> work) throws SQLException {
        Session open = session;
        if (open == null) {
            open = store.open(bound);
            open.connection().setAutoCommit(false);
            session = open;
        }
        try {
            T result = work.run(open.connection());
            open.connection().commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            open.cut(e);
            session = null;
            throw e;
        }
    }

    /** Leaves the store alone from now on. A lease that was not released ends by itself. */
    @Override
    public void close() {
        if (messenger.isClosed()) {
            return;
        }
        messenger.call(() -> {
            held = null;
            Session open = session;
            session = null;
            if (open != null) {
                open.connection().close();
            }
            return 0;
        });
        messenger.close();
    }

    private static Row row(java.sql.ResultSet row) throws SQLException {
        return new Row(row.getLong(1), row.getLong(2), row.getString(3), row.getLong(4));
    }

    /** The owner's row. */
    private record Row(long term, long tenure, @Nullable String holder, long incarnation) {
        boolean isOf(NodeName name, long which) {
            return name.value().equals(holder) && incarnation == which;
        }
    }

    /** A lease this process has, or had. Swapped as a whole. */
    private record Held(long term, long tenure, long untilNanos) {
        boolean lasts(long nanos) {
            return nanos - untilNanos < 0;
        }
    }
}
