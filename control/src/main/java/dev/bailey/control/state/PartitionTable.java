package dev.bailey.control.state;

import dev.bailey.model.write.Partition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which life delivers which partition, in a shared store. A holder that lives gives a partition up itself; of one that is expelled
 * whoever leads takes it. Each change is one statement that compares what it replaces. Thread-safe.
 */
public final class PartitionTable {

    private static final String ROWS = "select number, holder, wanted, clean from delivery_partition";

    private final Membership membership;

    /** As this life sees and changes it. */
    public PartitionTable(Membership membership) {
        this.membership = membership;
    }

    /**
     * @param holder origin of the life that delivers it; empty for nobody
     * @param wanted origin of the life that shall
     * @param isClean whether nothing that an earlier holder sent may still land
     */
    public record Held(Partition partition, String holder, String wanted, boolean isClean) {
        public boolean isHeldBy(String origin) {
            return holder.equals(origin);
        }
    }

    /** Those that this life holds. */
    public List<Held> own() {
        return membership.call(connection -> Sql.query(
                connection, ROWS + " where holder = ? order by number", PartitionTable::held, membership.origin()));
    }

    /**
     * Which of these this life holds, after whatever is on its way to the store has come there: a statement that gave one up, and was not
     * answered, may be carried out later than a mere look would see.
     */
    public Set<Partition> confirmed(Collection<Partition> partitions) {
        return membership.call(connection -> Set.copyOf(Sql.query(
                connection,
                "select number from delivery_partition where holder = ? and number in (" + numbers(partitions)
                        + ") for update",
                row -> Partition.ALL.get(row.getInt(1)),
                membership.origin())));
    }

    private static String numbers(Collection<Partition> partitions) {
        return partitions.stream().map(Partition::toString).collect(Collectors.joining(", "));
    }

    /** All that there are. */
    public List<Held> all() {
        return membership.call(connection -> Sql.query(connection, ROWS + " order by number", PartitionTable::held));
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(Partition.ALL.get(row.getInt(1)), row.getString(2), row.getString(3), row.getInt(4) != 0);
    }

    /** Origins of the lives that are not expelled, and whether each takes partitions; in their order. */
    public SequencedMap<String, Boolean> living() {
        return membership.call(connection -> {
            SequencedMap<String, Boolean> living = new LinkedHashMap<>();
            Sql.query(
                    connection,
                    "select m.name || '#' || m.incarnation, t.carries from member m"
                            + " join member_time t on t.name = m.name and t.incarnation = m.incarnation"
                            + " where not m.expelled order by m.name, m.incarnation",
                    row -> living.put(row.getString(1), row.getBoolean(2)));
            return living;
        });
    }

    /** Says whether this life takes partitions from now on. */
    public void carries(boolean takes) {
        membership.call(connection -> Sql.update(
                connection,
                "update member_time set carries = " + takes + " where name = ? and incarnation = ?",
                membership.name(),
                membership.incarnation()));
    }

    /** Puts down every partition that is not there, held by nobody. */
    public void layOut() {
        String rows = Partition.ALL.stream()
                .map(partition -> "(" + partition + ", '', '', 0)")
                .collect(Collectors.joining(", "));
        membership.call(connection -> Sql.update(
                connection,
                "insert into delivery_partition (number, holder, wanted, clean) values " + rows
                        + " on conflict (number) do nothing"));
    }

    /**
     * Says who shall hold partitions that one holder has. To be called by the one who leads.
     *
     * @param lead passes while this life leads
     */
    public void want(Collection<Partition> partitions, String holder, String to, Fence lead) {
        change("wanted = ?", partitions, lead, to, holder);
    }

    /**
     * Gives partitions of a holder to another: of nobody, or of a life that is expelled, of which something may still land. To be
     * called by the one who leads.
     *
     * @param lead passes while this life leads
     */
    public void give(Collection<Partition> partitions, String gone, String to, Fence lead) {
        change(
                "clean = case when holder = '' then clean else 0 end, holder = ?, wanted = ?",
                partitions,
                lead,
                to,
                to,
                gone);
    }

    /**
     * Gives up partitions that this life holds: to whom each shall go, or to nobody.
     *
     * @param isClean whether nothing that this life or an earlier holder sent may still land
     */
    public void giveUp(Collection<Partition> partitions, boolean isClean) {
        change(
                "clean = " + (isClean ? 1 : 0) + ", holder = case when wanted = holder then '' else wanted end",
                partitions,
                Fence.none(),
                membership.origin());
    }

    private void change(String what, Collection<Partition> partitions, Fence fence, Object... arguments) {
        String numbers = numbers(partitions);
        membership.call(connection -> {
            fence.check(connection);
            return Sql.update(
                    connection,
                    "update delivery_partition set " + what + " where holder = ? and number in (" + numbers + ")",
                    arguments);
        });
    }
}
