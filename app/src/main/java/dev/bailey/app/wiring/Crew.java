package dev.bailey.app.wiring;

import dev.bailey.app.wiring.Lives.NodeLife;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.Lease;
import dev.bailey.control.state.LeaseKeeper;
import dev.bailey.control.state.Member;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.NodeName;
import dev.bailey.control.state.Owner;
import dev.bailey.control.state.Renewal;
import dev.bailey.control.state.SharedStore;
import dev.bailey.control.state.StateException;
import dev.bailey.gateway.dualwrite.WriteLease;
import dev.bailey.model.spec.MigrationSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place among those that carry traffic at the same time over a shared store: a life whose time it renews, and the
 * lead, if it has it. It must end when it is expelled or has lost the lead. Thread-safe.
 */
public final class Crew implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    private static final int RENEWALS = 4;

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final SharedStore store;
    private final Lease lead;
    private final LeaseKeeper leadKeeper;
    private final Membership membership;
    private final Duration length;
    private final Clockwork clockwork;
    private final Thread keeper;
    private final CompletableFuture<String> lost;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ChangeOfLead change;
    private final AtomicReference<@Nullable Fence> leadFence = new AtomicReference<>();
    private final Lives lives;
    private volatile BooleanSupplier owesNothing = () -> true;

    private Crew(
            SharedStore store,
            Lease lead,
            LeaseKeeper leadKeeper,
            Membership membership,
            Lives lives,
            Duration length,
            Clockwork clockwork,
            CompletableFuture<String> lost) {
        this.lives = lives;
        this.clockwork = clockwork;
        this.store = store;
        this.lead = lead;
        this.leadKeeper = leadKeeper;
        this.membership = membership;
        this.length = length;
        this.lost = lost;
        this.change =
                new ChangeOfLead(length, membership.valid(Duration.ZERO), clockwork.nanoTime(), clockwork.pause());
        this.keeper = clockwork.keeper("bailey-member-keeper", this::keep);
    }

    /**
     * Makes this life known, once nobody carries the traffic alone. It is expected to write from now on, so it must read the
     * routing records after this and before it writes.
     *
     * @param node its name
     * @param dataFolder of its own, which no other node has
     * @param tell told who is waited for
     * @throws RuntimeException with a message for the user when the store cannot be used
     */
    public static Crew join(MigrationSpec spec, String node, Path dataFolder, Consumer<String> tell)
            throws InterruptedException {
        SharedStore store = new SharedStore(spec.store(), SharedStore.schemaOf(spec.migration()));
        return join(
                store,
                spec,
                new NodeName(node),
                new LifeLocks(dataFolder),
                Tenancy.lengthOf(spec),
                Clockwork.ofMachine(),
                tell);
    }

    /** The same with a store, a length of its time and a clockwork of one's own. */
    static Crew join(
            SharedStore store,
            MigrationSpec spec,
            NodeName name,
            Lives lives,
            Duration length,
            Clockwork clockwork,
            Consumer<String> tell)
            throws InterruptedException {
        Lease lead = Lease.join(store, name, spec.admin().toString(), length, clockwork.nanoTime());
        Membership membership;
        try {
            lives.begin(new NodeLife(name.value(), lead.incarnation()));
            membership = Membership.join(
                    store,
                    name,
                    lead.incarnation(),
                    spec.listen().toString(),
                    spec.admin().toString(),
                    length,
                    clockwork.nanoTime());
        } catch (RuntimeException e) {
            lead.close();
            lives.close();
            throw e;
        }
        CompletableFuture<String> lost = new CompletableFuture<>();
        LeaseKeeper leadKeeper = LeaseKeeper.start(
                lead,
                news -> {
                    if (news instanceof Renewal.Lost(Optional<Owner> to)) {
                        lost.complete(to.map(Owner::toString).orElse("nobody") + " leads now");
                    }
                },
                clockwork.keepers(),
                clockwork.ends());
        Crew crew = new Crew(store, lead, leadKeeper, membership, lives, length, clockwork, lost);
        crew.keeper.start();
        try {
            crew.awaitNobodyAlone(tell);
        } catch (RuntimeException | InterruptedException e) {
            crew.close();
            throw e;
        }
        return crew;
    }

    /** A process that means to be the only active one does not become so while this life lasts; one that is so already is waited for. */
    private void awaitNobodyAlone(Consumer<String> tell) throws InterruptedException {
        boolean told = false;
        while (!lead.tryTake() && isLedAlone()) {
            if (!told) {
                tell.accept(
                        "waiting: a node is active alone, whose file does not say nodes: all; stop it, or wait for its end");
                told = true;
            }
            clockwork.pause(LOOK_EVERY);
        }
    }

    private boolean isLedAlone() {
        Optional<Owner> owner = lead.owner();
        return owner.isPresent()
                && membership.members().stream()
                        .noneMatch(member -> member.name().equals(owner.get().name())
                                && member.incarnation() == owner.get().incarnation());
    }

    private void keep() {
        boolean failing = false;
        try {
            // One that must end lets its time run out, so that nobody waits for it for ever.
            while (!closed.get() && !lost.isDone()) {
                try {
                    OptionalLong before = membership.valid(Duration.ZERO);
                    if (membership.renew() == Membership.Renewed.EXPELLED) {
                        lost.complete("its time was over and it was expelled");
                        return;
                    }
                    failing = false;
                    if (before.isEmpty() || !membership.unbroken(before.getAsLong())) {
                        change.excuse();
                    }
                    if (change.mustEnd(leadFence.get() != null, hasLead())) {
                        lost.complete("its lead could not be renewed for " + length.toSeconds()
                                + " s while the store was there");
                    }
                } catch (StateException away) {
                    change.excuse();
                    if (!failing && !closed.get()) {
                        LOG.warn("the time of node {} was not renewed: {}", node(), away.getMessage());
                    }
                    failing = true;
                }
                clockwork.pause(length.dividedBy(RENEWALS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String node() {
        return lead.name().value();
    }

    String origin() {
        return membership.origin();
    }

    Membership membership() {
        return membership;
    }

    Clockwork clockwork() {
        return clockwork;
    }

    SharedStore store() {
        return store;
    }

    /** How much time one write may need. */
    Duration covers() {
        return Tenancy.coveredBy(length);
    }

    /** Takes the lead if it is free; not soon after the store was away, so that whoever had it goes on. */
    boolean tryLead() {
        return !isGrace() && lead.tryTake();
    }

    /** Whether this life's time had lapsed lately, as that of others may have with it: they are given time to renew theirs. */
    private boolean isGrace() {
        return change.isGrace(membership.valid(Duration.ZERO));
    }

    /** Expels whoever's time is over, with the lead taken; tells who that was. See {@link Membership#expel}. */
    List<String> expel() {
        return isGrace() ? List.of() : membership.expel();
    }

    /** Whether this life's time lasts, so that the store was reached lately. */
    boolean hasTime() {
        return membership.valid(Duration.ZERO).isPresent();
    }

    /** Whether this process has the lead; another may not have ended yet. */
    boolean hasLead() {
        return lead.valid(Duration.ZERO).isPresent();
    }

    /**
     * With the lead taken: waits until nobody else may deliver or decide any more, and says that this process does. Whoever led
     * before has lost the lead, ends for that or lets its time run out, and is expelled then.
     */
    void awaitAlone() throws InterruptedException {
        change.await(() -> {
            expel().forEach(origin -> LOG.warn("{} is expelled, its time was over", origin));
            return membership.members().stream()
                    .filter(member -> member.leads() && !member.origin().equals(origin()))
                    .map(Member::origin)
                    .toList();
        });
        membership.leads(leadFence());
    }

    /** Passes while this process leads. */
    Fence leadFence() {
        return connection -> {
            Fence known = leadFence.get();
            if (known == null) {
                known = lead.fence();
                leadFence.set(known);
            }
            known.check(connection);
        };
    }

    /** Tells, when this life ends, whether all it owes is in the store. */
    void owesNothing(BooleanSupplier answer) {
        owesNothing = answer;
    }

    /**
     * Says of earlier lives on this disk that they have ended, once what they owed has been carried to the store: nobody waits for their
     * writes any more then. False while it is not known of one.
     *
     * @param debts this node's, those of its earlier lives among them
     */
    boolean accountForEarlier(Debts debts) {
        List<Long> earlier = membership.earlier();
        List<Long> ended = earlier.stream()
                .filter(incarnation -> lives.hasEnded(new NodeLife(node(), incarnation)))
                .toList();
        if (!ended.isEmpty()) {
            debts.carry();
            membership.ended(ended, covers());
            ended.forEach(incarnation -> lives.forget(new NodeLife(node(), incarnation)));
        }
        return ended.size() == earlier.size();
    }

    WriteLease writeLease() {
        return new WriteLease() {
            @Override
            public OptionalLong valid(Duration atLeast) {
                return membership.valid(atLeast);
            }

            @Override
            public boolean unbroken(long term) {
                return membership.unbroken(term);
            }

            @Override
            public boolean isWaitedFor() {
                return true;
            }
        };
    }

    /** Where the one who leads is found; empty when nobody does. */
    Optional<String> leader() {
        try {
            return lead.owner().map(owner -> "node " + owner.name() + " (admin " + owner.admin() + ")");
        } catch (StateException unreachable) {
            return Optional.empty();
        }
    }

    /** This process cannot go on. */
    void give(String why) {
        lost.complete(why);
    }

    /** Completes with the reason once this process must end. */
    public CompletableFuture<String> lost() {
        return lost;
    }

    /** Leaves at once. What was under way has ended. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        leadKeeper.close();
        keeper.interrupt();
        try {
            boolean isClear = owesNothing.getAsBoolean();
            membership.leave(isClear, covers());
            lead.release();
            if (isClear) {
                lives.forget(new NodeLife(node(), lead.incarnation()));
            }
        } catch (StateException unreachable) {
            LOG.warn("the other nodes could not be told, they wait for its time to end: {}", unreachable.getMessage());
        }
        membership.close();
        lead.close();
        lives.close();
    }
}
