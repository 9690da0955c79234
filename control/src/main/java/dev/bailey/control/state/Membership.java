package dev.bailey.control.state;

import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This life of a process among those that carry traffic at the same time over a shared store. Thread-safe; {@link #valid},
 * {@link #unbroken} and {@link #fence} never wait for the store.
 *
 * <pre>
 * Its time is counted as that of a {@link Lease}: on the node from before a renewal was asked for, in the store from when it was
 * granted and a twentieth longer. Whoever leads expels a life whose time is over by the store's clock: it locks the life's row
 * before it looks at that time, and a renewal holds the row while it writes it, so neither can miss the other. What an
 * expelled life had not committed it never commits ({@link #fence}), and it never becomes valid again: it ends.
 * What replicates nothing a life writes without its time as well. So an expelled one is <em>unheard</em> until it is known to have
 * ended: it has said so, a later life on its disk has seen it, or an operator has given his word.
 * </pre>
 */
public final class Membership implements AutoCloseable {

    private static final int DRIFT_SHARE = 20;
    private static final NodeName NOBODY = new NodeName("nobody");
    private static final String UNTIL = "clock_timestamp() + ? * interval '1 millisecond'";
    private static final String ALIVE =
            "select 1 from member where name = ? and incarnation = ? and not expelled for share";
    private static final String OF_MEMBERS =
            " from member m join member_time t on t.name = m.name and t.incarnation = m.incarnation where ";
    private static final String MEMBERS = "select m.name, m.incarnation, m.url, m.admin, t.leads, m.joined,"
            + " extract(epoch from t.until - clock_timestamp()) * 1000, m.expelled, t.silent is null and m.free"
            + OF_MEMBERS;
    private static final String LIVING = MEMBERS + "not m.expelled";

    /** Of whom nobody knows whether it has ended. */
    private static final String UNHEARD = "m.expelled and m.free and t.silent is null";

    /** The last life of each name, gone ones for a day, and all that are unheard. */
    private static final String KNOWN =
            MEMBERS + "not m.expelled or " + UNHEARD + " or (t.until > clock_timestamp() - interval '1 day'"
                    + " and not exists (select 1 from member n where n.name = m.name and n.incarnation > m.incarnation))";

    private static final String ORDER = " order by m.name, m.incarnation";

    private final SharedStore store;
    private final NodeName name;
    private final long incarnation;
    private final Duration ttl;
    private final LongSupplier nanoTime;
    private final Duration bound;
    private final Messenger messenger;
    private @Nullable Session session;
    private volatile Held held = new Held(0, 0, false);

    private Membership(SharedStore store, NodeName name, long incarnation, Duration ttl, LongSupplier nanoTime) {
        this.store = store;
        this.name = name;
        this.incarnation = incarnation;
        this.ttl = ttl;
        this.nanoTime = nanoTime;
        this.messenger = store.messenger("bailey-member");
        this.bound = Duration.ofMillis(Math.clamp(ttl.toMillis() / 3, 1_000, SharedStore.BOUND.toMillis()));
    }

    /** What became of a renewal. */
    public enum Renewed {
        YES,
        /** It is expelled: nothing it does counts any more. */
        EXPELLED
    }

    /** What a member acknowledges of a slice's record. */
    public enum Ack {
        /** Writes that the prepared record concerns are held, and none is under way. */
        HELD,
        /** No write that began under an earlier record is under way. */
        SETTLED
    }

    /**
     * Makes a life known. From then on it is waited for, so it must read the routing records before it writes, and after this.
     *
     * @param incarnation after every earlier one of the name
     * @throws StateException when the store cannot be reached
     */
    public static Membership join(
            SharedStore store,
            NodeName name,
            long incarnation,
            String url,
            String admin,
            Duration ttl,
            LongSupplier nanoTime) {
        store.migrate();
        Membership made = new Membership(store, name, incarnation, ttl, nanoTime);
        long before = nanoTime.getAsLong();
        try {
            made.call(connection -> {
                Sql.update(
                        connection,
                        "insert into member (name, incarnation, url, admin, joined, expelled, free)"
                                + " values (?, ?, ?, ?, clock_timestamp(), false, true)",
                        name,
                        incarnation,
                        url,
                        admin);
                return Sql.update(
                        connection,
                        "insert into member_time (name, incarnation, until, leads) values (?, ?, " + UNTIL + ", false)",
                        name,
                        incarnation,
                        made.storeMillis());
            });
        } catch (RuntimeException e) {
            made.messenger.close();
            throw e;
        }
        made.held = new Held(1, before + ttl.toNanos(), true);
        return made;
    }

    private long storeMillis() {
        return ttl.plus(ttl.dividedBy(DRIFT_SHARE)).toMillis();
    }

    public String origin() {
        return Member.originOf(name, incarnation);
    }

    /**
     * Makes its time last from before this call.
     *
     * @throws StateException when the store cannot be asked
     */
    public Renewed renew() {
        Held before = held;
        long asked = nanoTime.getAsLong();
        boolean alive = call(connection -> {
            if (Sql.query(connection, ALIVE, row -> 1, name, incarnation).isEmpty()) {
                return false;
            }
            Sql.update(
                    connection,
                    "update member_time set until = " + UNTIL + " where name = ? and incarnation = ?",
                    storeMillis(),
                    name,
                    incarnation);
            return true;
        });
        if (!alive) {
            held = new Held(before.term(), before.untilNanos(), false);
            return Renewed.EXPELLED;
        }
        long term = before.lasts(nanoTime.getAsLong()) ? before.term() : before.term() + 1;
        held = new Held(term, asked + ttl.toNanos(), true);
        return Renewed.YES;
    }

    /** The term of its time, when that lasts at least so much longer. A write may be sent that may land until then. */
    public OptionalLong valid(Duration atLeast) {
        Held now = held;
        return now.lasts(nanoTime.getAsLong() + atLeast.toNanos()) ? OptionalLong.of(now.term()) : OptionalLong.empty();
    }

    /** Whether the time of that term has lasted until now without a lapse. */
    public boolean unbroken(long term) {
        OptionalLong now = valid(Duration.ZERO);
        return now.isPresent() && now.getAsLong() == term;
    }

    /** The fence of this life. */
    public Fence fence() {
        return connection -> {
            if (valid(Duration.ZERO).isEmpty()) {
                throw new StateException.Fenced(fenced("its time is over"));
            }
            if (Sql.query(connection, ALIVE, row -> 1, name, incarnation).isEmpty()) {
                throw new StateException.Fenced(fenced("it is expelled"));
            }
        };
    }

    private String fenced(String why) {
        return "node " + name + " may not write in the shared store at " + store.where() + ": " + why
                + " (expected a life whose time lasts); nothing was changed";
    }

    /** Everybody who is not expelled, this life included. */
    public List<Member> members() {
        return call(connection -> Sql.query(connection, LIVING + ORDER, Membership::member));
    }

    /** The same, and who is gone since lately and has not come back. */
    public List<Member> known() {
        return call(connection -> Sql.query(connection, KNOWN + ORDER, Membership::member));
    }

    /** The epoch of each slice that each origin has followed with no older write under way. */
    public Map<String, Map<SliceName, Epoch>> followed() {
        return call(connection -> {
            Map<String, Map<SliceName, Epoch>> followed = new HashMap<>();
            Sql.query(
                    connection,
                    "select name || '#' || incarnation, slice, settled from member_ack where settled > 0",
                    row -> followed.computeIfAbsent(row.getString(1), _ -> new TreeMap<>())
                            .put(new SliceName(row.getString(2)), new Epoch(row.getLong(3))));
            return followed;
        });
    }

    /** How many partitions each origin delivers. */
    public Map<String, Integer> delivered() {
        return call(connection -> {
            Map<String, Integer> delivered = new HashMap<>();
            Sql.query(
                    connection,
                    "select holder, count(*) from delivery_partition group by holder",
                    row -> delivered.put(row.getString(1), row.getInt(2)));
            return delivered;
        });
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                new NodeName(row.getString(1)),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                Duration.ofMillis(row.getLong(7)),
                row.getBoolean(8),
                row.getBoolean(9));
    }

    /**
     * Says, to those who ask, that this life leads; in one transaction with the fence of the lead, so that whoever takes the lead
     * after it sees this, and one that has lost the lead says nothing.
     *
     * @throws StateException.Fenced when another has taken the lead
     */
    public void leads(Fence lead) {
        call(connection -> {
            lead.check(connection);
            return Sql.update(
                    connection,
                    "update member_time set leads = true where name = ? and incarnation = ?",
                    name,
                    incarnation);
        });
    }

    /**
     * Expels everybody whose time is over. To be called by the one who leads. Tells who that was.
     */
    public List<String> expel() {
        List<Member> late = call(connection -> Sql.query(
                connection,
                LIVING + " and t.until < clock_timestamp() and not (m.name = ? and m.incarnation = ?)",
                Membership::member,
                name,
                incarnation));
        List<String> expelled = new ArrayList<>();
        for (Member member : late) {
            if (call(connection -> expelled(connection, member))) {
                expelled.add(member.origin());
            }
        }
        return expelled;
    }

    private static boolean expelled(Connection connection, Member member) throws SQLException {
        Sql.query(
                connection,
                "select 1 from member where name = ? and incarnation = ? for update",
                row -> 1,
                member.name(),
                member.incarnation());
        boolean over = Sql.query(
                        connection,
                        "select 1 from member_time where name = ? and incarnation = ? and until > clock_timestamp()",
                        row -> 1,
                        member.name(),
                        member.incarnation())
                .isEmpty();
        return over
                && Sql.update(
                                connection,
                                "update member set expelled = true where name = ? and incarnation = ? and not expelled",
                                member.name(),
                                member.incarnation())
                        == 1;
    }

    /**
     * An operator's word that a process is gone: it is expelled although its time is not over. False when nobody has the name.
     *
     * @param landing how long what it sent may still be under way
     */
    public boolean remove(NodeName gone, Duration landing) {
        return call(connection -> {
            List<Long> lives = Sql.query(
                    connection,
                    "select m.incarnation" + OF_MEMBERS + "m.name = ? and (not m.expelled or " + UNHEARD
                            + ") and not (m.name = ? and m.incarnation = ?)",
                    row -> row.getLong(1),
                    gone,
                    name,
                    incarnation);
            for (long life : lives) {
                Sql.update(
                        connection, "update member set expelled = true where name = ? and incarnation = ?", gone, life);
                silent(connection, gone, life, landing);
            }
            return !lives.isEmpty();
        });
    }

    private static void silent(Connection connection, NodeName name, long incarnation, Duration landing)
            throws SQLException {
        Sql.update(
                connection,
                "update member_time set silent = " + UNTIL + " where name = ? and incarnation = ? and silent is null",
                landing.toMillis(),
                name,
                incarnation);
    }

    /** Earlier lives of this node that are not known to have ended. */
    public List<Long> earlier() {
        return call(connection -> Sql.query(
                connection,
                "select m.incarnation" + OF_MEMBERS
                        + "m.name = ? and m.incarnation < ? and m.free and t.silent is null",
                row -> row.getLong(1),
                name,
                incarnation));
    }

    /**
     * Says of earlier lives of this node that they have ended. What they owe must be in the store before.
     *
     * @param landing how long what they sent may still be under way
     */
    public void ended(List<Long> lives, Duration landing) {
        call(connection -> {
            for (long life : lives) {
                silent(connection, name, life, landing);
            }
            return lives.size();
        });
    }

    /** Origins of those whose time is over and who are not known to have ended: they may write without it. */
    public List<String> unheard() {
        return call(connection -> Sql.query(
                connection, "select m.name || '#' || m.incarnation" + OF_MEMBERS + UNHEARD, row -> row.getString(1)));
    }

    /** Writes down how far this life has followed a slice's record. */
    public void acknowledge(SliceName slice, Ack what, Epoch epoch) {
        long number = epoch.value();
        call(connection -> Sql.update(
                connection,
                "insert into member_ack (name, incarnation, slice, held, settled) values (?, ?, ?, ?, ?)"
                        + " on conflict (name, incarnation, slice) do update set"
                        + " held = greatest(member_ack.held, excluded.held),"
                        + " settled = greatest(member_ack.settled, excluded.settled)",
                name,
                incarnation,
                slice,
                what == Ack.HELD ? number : 0,
                what == Ack.SETTLED ? number : 0));
    }

    /** Who is waited for. */
    public enum Expected {
        /** Everybody whose time is not over: nobody else writes. */
        LIVING,
        /** Those as well whose time is over, until nothing of theirs can land any more: they may write without it. */
        EVERYBODY
    }

    /** Everybody else of those expected who has not acknowledged so much yet. */
    public List<String> missing(SliceName slice, Ack what, Epoch epoch, Expected who) {
        String column = what == Ack.HELD ? "held" : "settled";
        String expected = who == Expected.LIVING
                ? "not m.expelled"
                : "(not m.expelled or m.free and (t.silent is null or t.silent > clock_timestamp()))";
        return call(connection -> Sql.query(
                connection,
                "select m.name || '#' || m.incarnation from member m"
                        + " join member_time t on t.name = m.name and t.incarnation = m.incarnation"
                        + " left join member_ack a on a.name = m.name and a.incarnation = m.incarnation and a.slice = ?"
                        + " where " + expected
                        + " and not (m.name = ? and m.incarnation = ?) and coalesce(a." + column + ", 0) < ?",
                row -> row.getString(1),
                slice,
                name,
                incarnation,
                epoch.value()));
    }

    /** Looks at the members without being one. */
    public static Observer observe(SharedStore store) {
        store.migrate();
        return new Observer(new Membership(store, NOBODY, 0, Duration.ofSeconds(30), System::nanoTime));
    }

    /** One who is no member. Thread-safe. */
    public record Observer(Membership questions) implements AutoCloseable {
        public List<Member> known() {
            return questions.known();
        }

        /** See {@link Membership#followed}. */
        public Map<String, Map<SliceName, Epoch>> followed() {
            return questions.followed();
        }

        /** See {@link Membership#delivered}. */
        public Map<String, Integer> delivered() {
            return questions.delivered();
        }

        /** See {@link Membership#missing}. */
        public List<String> missing(SliceName slice, Ack what, Epoch epoch, Expected who) {
            return questions.missing(slice, what, epoch, who);
        }

        /** See {@link Membership#remove}. */
        public boolean remove(NodeName gone, Duration landing) {
            return questions.remove(gone, landing);
        }

        @Override
        public void close() {
            questions.close();
        }
    }

    /** Whether anybody carries traffic in this store, for a process that means to do so alone. */
    public static boolean any(SharedStore store) {
        store.migrate();
        Session session = store.open(SharedStore.BOUND);
        try (Connection connection = session.connection()) {
            return !Sql.query(connection, LIVING + " and t.until > clock_timestamp()", row -> 1)
                    .isEmpty();
        } catch (SQLException e) {
            throw store.failed("refused to say who carries traffic", e);
        }
    }

    /**
     * Says that this life is over: it sends nothing any more.
     *
     * @param owesNothing whether all it wrote without the journal is in the store's debts
     * @param landing how long what it sent may still be under way: a request that outlasts the drain is cut
     */
    public void leave(boolean owesNothing, Duration landing) {
        Held before = held;
        held = new Held(before.term(), before.untilNanos(), false);
        call(connection -> {
            Sql.update(
                    connection,
                    "update member_time set until = clock_timestamp() where name = ? and incarnation = ?",
                    name,
                    incarnation);
            if (owesNothing) {
                silent(connection, name, incarnation, landing);
            }
            return Sql.update(
                    connection,
                    "update member set expelled = true where name = ? and incarnation = ?",
                    name,
                    incarnation);
        });
    }

    NodeName name() {
        return name;
    }

    long incarnation() {
        return incarnation;
    }

    /** One transaction, on the connection that nothing slow uses. */
    <T> T call(StateDb.Work<T> work) {
        return messenger.call(() -> {
            try {
                return exchange(work);
            } catch (SQLException e) {
                throw store.failed("did not answer about its members", e);
            }
        });
    }

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

    @Override
    public void close() {
        if (messenger.isClosed()) {
            return;
        }
        messenger.call(() -> {
            Session open = session;
            session = null;
            if (open != null) {
                open.connection().close();
            }
            return Optional.empty();
        });
        messenger.close();
    }

    /** @param alive false once expelled or left */
    private record Held(long term, long untilNanos, boolean alive) {
        boolean lasts(long nanos) {
            return alive && nanos - untilNanos < 0;
        }
    }
}
