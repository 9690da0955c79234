package dev.bailey.app.wiring;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import dev.bailey.control.state.Fence;
import dev.bailey.control.state.PartitionTable;
import dev.bailey.control.state.PartitionTable.Held;
import dev.bailey.control.state.StateException;
import dev.bailey.gateway.dualwrite.HeldPartitions;
import dev.bailey.model.write.Partition;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's share of the deliveries: takes the partitions that the store says are its own, gives up those that are wanted elsewhere,
 * and, where it leads, says who shall have which. Used by one thread.
 */
final class Partitions {

    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long a node that ends waits for its deliveries, so that the next need not wait for what may land. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final String origin;
    private final PartitionTable table;
    private final HeldPartitions held;
    private final Clockwork clockwork;

    /** What it has taken over from whoever had it before, whether it begins deliveries of it at this moment or not. */
    private final Set<Partition> taken = new HashSet<>();

    private long looked;
    private boolean hadAll;

    Partitions(String origin, PartitionTable table, HeldPartitions held, Clockwork clockwork) {
        this.origin = origin;
        this.table = table;
        this.held = held;
        this.clockwork = clockwork;
        this.looked = now() - LOOK_EVERY.toNanos() - 1;
    }

    private long now() {
        return clockwork.nanoTime().getAsLong();
    }

    /** From now on it may be given some. */
    void begin() {
        table.carries(true);
    }

    /** One look, where it is time for one; throws where the store cannot be asked. */
    void look() throws InterruptedException {
        if (now() - looked < LOOK_EVERY.toNanos()) {
            return;
        }
        looked = now();
        List<Held> own = table.own();
        forget(own);
        takeAndGive(own);
    }

    private void takeAndGive(List<Held> own) throws InterruptedException {
        takeOver(own);
        giveUp(own.stream()
                .filter(one -> taken.contains(one.partition()) && !one.wanted().equals(origin))
                .map(Held::partition)
                .toList());
        Set<Partition> carried = held.held();
        List<Partition> back = own.stream()
                .filter(one -> one.wanted().equals(origin) && taken.contains(one.partition()))
                .map(Held::partition)
                .filter(partition -> !carried.contains(partition))
                .toList();
        if (!back.isEmpty()) {
            held.keep(back);
        }
    }

    private void takeOver(List<Held> own) throws InterruptedException {
        List<Partition> found = own.stream()
                .map(Held::partition)
                .filter(partition -> !taken.contains(partition))
                .toList();
        Set<Partition> confirmed = found.isEmpty() ? Set.of() : table.confirmed(found);
        for (boolean mayLand : new boolean[] {true, false}) {
            List<Partition> taking = own.stream()
                    .filter(one -> one.isClean() != mayLand && confirmed.contains(one.partition()))
                    .map(Held::partition)
                    .toList();
            if (!taking.isEmpty() && held.takeOver(taking, mayLand, PATIENCE)) {
                taken.addAll(taking);
            }
        }
    }

    /** What the store does not call this node's any more: it never takes one from a node that lives, so something is wrong. */
    private void forget(List<Held> own) {
        Set<Partition> lost = new HashSet<>(taken);
        own.forEach(one -> lost.remove(one.partition()));
        if (!lost.isEmpty()) {
            LOG.error("partitions {} were given to another node while this one delivered them", lost);
            held.letGo(lost);
            taken.removeAll(lost);
        }
    }

    /** Those of which nothing is under way; the others begin no more, and are looked at again. */
    private void giveUp(List<Partition> partitions) {
        Set<Partition> atRest = partitions.isEmpty() ? Set.of() : held.letGo(partitions);
        if (!atRest.isEmpty()) {
            taken.removeAll(atRest); // before: where the answer is lost it is another's, or it is taken over again
            table.giveUp(atRest, true);
        }
    }

    /** Whether it is time to {@link #assign} anew: what this node does needs all deliveries, or does not any more. */
    boolean isChanged() {
        return held.wantsAll() != hadAll;
    }

    /**
     * Says who shall have which. Of whom a holder is expelled is known by then.
     *
     * @param lead passes while this node leads
     */
    void assign(Fence lead) {
        hadAll = held.wantsAll();
        List<Held> all = table.all();
        if (all.size() < Partition.ALL.size()) {
            table.layOut();
            all = table.all();
        }
        Map<String, Boolean> living =
                table.living(); // after the table: whoever is in it and not among these is expelled
        List<String> carriers = living.keySet().stream()
                .filter(name -> living.getOrDefault(name, false))
                .toList();
        Map<Partition, String> plan = PartitionPlan.of(all, carriers, origin, hadAll && carriers.contains(origin));
        Map<Change, List<Partition>> changes = all.stream()
                .collect(groupingBy(
                        one -> new Change(one.holder(), plan.getOrDefault(one.partition(), origin)),
                        mapping(Held::partition, toList())));
        Set<Partition> asWanted = all.stream()
                .filter(one -> one.wanted().equals(plan.get(one.partition())))
                .map(Held::partition)
                .collect(toSet());
        changes.forEach((change, partitions) -> {
            if (isGone(change.holder(), living)) {
                table.give(partitions, change.holder(), change.to(), lead);
            } else if (!asWanted.containsAll(partitions)) {
                table.want(partitions, change.holder(), change.to(), lead);
            }
        });
    }

    /** Whether nobody holds what this one did: it gave it up, or it is expelled. */
    private static boolean isGone(String holder, Map<String, Boolean> living) {
        return !living.containsKey(holder);
    }

    private record Change(String holder, String to) {}

    /**
     * Takes no more, and gives up what it has to those who shall have it, or to nobody where nobody says so in time.
     *
     * @param lead passes while this node leads; empty when it does not
     */
    void leave(Optional<Fence> lead) throws InterruptedException {
        try {
            table.carries(false);
            lead.ifPresent(this::assign);
            long begun = now();
            long asked =
                    lead.isPresent() ? begun : begun + FAREWELL.dividedBy(2).toNanos();
            do {
                List<Held> own = table.own();
                for (boolean isClean : new boolean[] {true, false}) {
                    List<Partition> untouched = own.stream()
                            .filter(one -> one.isClean() == isClean && !taken.contains(one.partition()))
                            .map(Held::partition)
                            .toList();
                    if (!untouched.isEmpty()) {
                        table.giveUp(untouched, isClean);
                    }
                }
                boolean isTime = now() - asked >= 0;
                giveUp(own.stream()
                        .filter(one -> taken.contains(one.partition())
                                && (isTime || !one.wanted().equals(origin)))
                        .map(Held::partition)
                        .toList());
                clockwork.pause(LOOK_EVERY.dividedBy(5));
            } while (!taken.isEmpty() && now() - begun < FAREWELL.toNanos());
        } catch (StateException away) {
            LOG.warn("the other nodes wait for what this one delivers: {}", away.getMessage());
        }
    }
}
