package dev.bailey.app.wiring;

import dev.bailey.control.state.Fence;
import dev.bailey.control.state.Lease;
import dev.bailey.control.state.LeaseKeeper;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.NodeName;
import dev.bailey.control.state.Owner;
import dev.bailey.control.state.Renewal;
import dev.bailey.control.state.SharedStore;
import dev.bailey.control.state.StateException;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.WriteLease;
import dev.bailey.model.spec.MigrationSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place among those that share a store: it stands by until it is its turn, is active while it has the lease, and
 * must end when another has taken over. Thread-safe.
 */
public final class Tenancy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

    /** Beyond what one write needs: a renewal that is late, and drift between the clocks. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final SharedStore store;
    private final Lease lease;
    private final LeaseKeeper keeper;
    private final Duration covers;
    private final CompletableFuture<String> lost;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Tenancy(
            SharedStore store, Lease lease, LeaseKeeper keeper, Duration covers, CompletableFuture<String> lost) {
        this.store = store;
        this.lease = lease;
        this.keeper = keeper;
        this.covers = covers;
        this.lost = lost;
    }

    /**
     * Makes this process known to the others. It stands by.
     *
     * @param node its name; another process that comes with it later takes its place
     * @throws RuntimeException with a message for the user when the store cannot be used
     */
    public static Tenancy join(MigrationSpec spec, String node) {
        SharedStore store = new SharedStore(spec.store(), SharedStore.schemaOf(spec.migration()));
        Duration length = lengthOf(spec);
        Lease lease = Lease.join(store, new NodeName(node), spec.admin().toString(), length, System::nanoTime);
        CompletableFuture<String> lost = new CompletableFuture<>();
        LeaseKeeper keeper = LeaseKeeper.start(lease, news -> {
            if (news instanceof Renewal.Lost(Optional<Owner> to)) {
                lost.complete(to.map(Owner::toString).orElse("nobody"));
            }
        });
        return new Tenancy(store, lease, keeper, coveredBy(length), lost);
    }

    /** How much time one write may need under a lease of a length. */
    static Duration coveredBy(Duration length) {
        // A millisecond more, for what the division lost.
        return length.multipliedBy(3).dividedBy(4).minus(SLACK).plusMillis(1);
    }

    /** Long enough that a write may be sent just before the next renewal, which comes after a quarter of it. */
    static Duration lengthOf(MigrationSpec spec) {
        Duration needed = DualWrite.leaseNeeded(spec).plus(SLACK);
        Duration length = needed.multipliedBy(4).dividedBy(3);
        return length.compareTo(Lease.TTL) < 0 ? Lease.TTL : length;
    }

    /**
     * Waits until this process is the active one.
     *
     * @param tell told once, and whenever it has changed, who is active
     */
    public void awaitTurn(Consumer<String> tell) throws InterruptedException {
        String told = "";
        while (!taken()) {
            String active = active();
            if (!active.isEmpty() && !active.equals(told)) {
                tell.accept(active);
                told = active;
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    private boolean taken() {
        try {
            if (!lease.tryTake()) {
                return false;
            }
            // Looked at with the lease taken: whoever joins later looks for its holder.
            if (!Membership.any(store)) {
                return true;
            }
            LOG.warn(
                    "nodes whose file says nodes: all carry the traffic, and the file of this one does not; it waits for their end");
            lease.release();
            return false;
        } catch (StateException unreachable) {
            LOG.warn("whether it is this node's turn cannot be told: {}", unreachable.getMessage());
            return false;
        }
    }

    private String active() {
        try {
            return lease.owner()
                    .map(owner -> "node " + owner.name() + " (admin " + owner.admin() + ")")
                    .orElse("");
        } catch (StateException unreachable) {
            return "";
        }
    }

    /** How much time one write may need. */
    Duration covers() {
        return covers;
    }

    SharedStore store() {
        return store;
    }

    public String node() {
        return lease.name().value();
    }

    /** For the present time of being active; asked for once, when it begins. */
    Fence fence() {
        return lease.fence();
    }

    WriteLease writeLease() {
        return new WriteLease() {
            @Override
            public OptionalLong valid(Duration atLeast) {
                return lease.valid(atLeast);
            }

            @Override
            public boolean unbroken(long term) {
                return lease.unbroken(term);
            }
        };
    }

    /** Completes with whoever is active now, once this process must end because it is not any more. */
    public CompletableFuture<String> lost() {
        return lost;
    }

    /** Gives the place up at once. What was under way has ended. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        keeper.close();
        try {
            lease.release();
        } catch (StateException unreachable) {
            LOG.warn(
                    "the other nodes could not be told, they wait for the end of the lease: {}",
                    unreachable.getMessage());
        }
        lease.close();
    }
}
