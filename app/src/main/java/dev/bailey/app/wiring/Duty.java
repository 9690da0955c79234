package dev.bailey.app.wiring;

import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Member;
import dev.bailey.control.state.PartitionTable;
import dev.bailey.control.state.StateException;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.GroupJournal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does beside carrying traffic: follows the records until nobody leads, then leads, and looks after the others. One
 * thread; what goes wrong on the way to leading ends the process, and another leads.
 */
final class Duty implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Duty.class);
    private static final Duration FOLLOW_EVERY = Duration.ofMillis(20);
    private static final Duration LEAD_EVERY = Duration.ofMillis(500);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(1);
    private static final Duration KEYS_EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Crew crew;
    private final Following following;
    private final DualWrite writes;
    private final GroupJournal journal;
    private final Runnable lead;
    private final Debts debts;
    private final Clockwork clockwork;
    private final Partitions partitions;
    private final Thread thread;
    private volatile boolean over;
    private volatile boolean ended;
    private boolean leads;
    private boolean failing;
    private boolean accounted;
    private long keysLookedAt;

    /**
     * @param lead opens what decides; the routing records are its own from then on
     * @param debts this node's
     */
    Duty(
            Crew crew,
            Following following,
            DualWrite writes,
            GroupJournal journal,
            Runnable lead,
            Debts debts,
            Clockwork clockwork) {
        this.crew = crew;
        this.following = following;
        this.writes = writes;
        this.journal = journal;
        this.lead = lead;
        this.debts = debts;
        this.clockwork = clockwork;
        this.partitions =
                new Partitions(crew.origin(), new PartitionTable(crew.membership()), writes.partitions(), clockwork);
        this.keysLookedAt = now() - KEYS_EVERY.toNanos() - 1;
        this.thread = clockwork.keeper("duty", this::run);
    }

    private long now() {
        return clockwork.nanoTime().getAsLong();
    }

    /** Leads, or has followed once, when this returns. */
    void start() {
        try {
            if (crew.hasLead()) {
                lead();
            } else {
                following.look();
            }
            partitions.begin();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it started", e);
        }
        thread.start();
    }

    private void run() {
        long counted = now();
        long lookedAfter = counted;
        try {
            while (!over) {
                long now = now();
                try {
                    boolean due =
                            now - lookedAfter > LEAD_EVERY.toNanos() || (leads && !failing && partitions.isChanged());
                    if (due) {
                        lookedAfter = now;
                    }
                    if (leads && due) {
                        lookAfter();
                    } else if (!leads && due && crew.tryLead()) {
                        lead();
                    } else if (!leads) {
                        following.look();
                    }
                    partitions.look();
                    if (now - counted > COUNT_EVERY.toNanos()) {
                        counted = now;
                        journal.recount();
                        debts.carry();
                        accounted = accounted || crew.accountForEarlier(debts);
                    }
                    failing = false;
                } catch (StateException | JournalException away) {
                    if (!failing) {
                        LOG.warn("the shared store cannot be followed, which is tried again: {}", away.getMessage());
                    }
                    failing = true;
                }
                clockwork.pause(FOLLOW_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("node {} cannot go on", crew.node(), bug);
            crew.give("it failed: " + bug.getMessage());
        } finally {
            ended = true;
        }
    }

    private void lead() throws InterruptedException {
        try {
            crew.awaitAlone();
            writes.lead();
            following.end();
            lead.run();
            leads = true;
            LOG.info("node {} leads", crew.node());
            lookAfter();
        } catch (RuntimeException failed) {
            LOG.error("node {} took the lead and cannot lead", crew.node(), failed);
            crew.give("it cannot lead: " + failed.getMessage());
            throw failed;
        }
    }

    private void lookAfter() throws InterruptedException {
        if (!crew.hasLead()) {
            return;
        }
        crew.expel().forEach(origin -> LOG.warn("{} is expelled, its time was over", origin));
        // In this order: who writes is a member before, so nobody is taken for dead who has only just come.
        Set<String> undecided = new HashSet<>(writes.undecided());
        boolean keysDue = now() - keysLookedAt > KEYS_EVERY.toNanos();
        Set<String> owners = keysDue ? new HashSet<>(journal.keyOwners()) : new HashSet<>();
        Set<String> living =
                crew.membership().members().stream().map(Member::origin).collect(Collectors.toSet());
        partitions.assign(crew.leadFence());
        undecided.removeAll(living);
        if (!undecided.isEmpty()) {
            LOG.warn("what {} left under way is found out", undecided);
            writes.takeUp(undecided, PATIENCE);
        }
        owners.removeAll(living);
        if (!owners.isEmpty()) {
            journal.takeOverKeys(List.copyOf(owners));
        }
        if (keysDue) {
            keysLookedAt = now();
        }
    }

    boolean leads() {
        return leads;
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.interrupt();
            for (long until = now() + PATIENCE.toNanos(); !ended && now() - until < 0; ) {
                clockwork.pause(FOLLOW_EVERY);
            }
            partitions.leave(leads && crew.hasLead() ? Optional.of(crew.leadFence()) : Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
