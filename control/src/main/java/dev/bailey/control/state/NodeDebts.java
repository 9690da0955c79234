package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debts of slices on a node whose store is shared: written to the store, or, where it cannot be reached, to a file of the
 * node's own, from which they are carried to the store when it is back. Each has an id, so that one carried twice is one debt.
 * Any node may owe at any time, also one that is not active, so the store's connection here is not fenced. Thread-safe.
 */
public final class NodeDebts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDebts.class);

    /** While the store does not answer it is not waited for again within this time. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final OwnDisk own;
    private final StateDb shared;
    private final Supplier<String> ids;
    private final LongSupplier nanoTime;
    private final BooleanSupplier mayBeReached;
    private final ReentrantLock lock = new ReentrantLock();
    private OptionalLong failedAt = OptionalLong.empty();
    private volatile boolean clear;

    /** Where debts are that have not come to the store. */
    interface OwnDisk extends AutoCloseable {
        /** Durable when it returns. */
        void keep(Waiting debt);

        /** In the order in which they were kept. */
        List<Waiting> all();

        void drop(List<Waiting> debts);

        @Override
        void close();
    }

    NodeDebts(OwnDisk own, StateDb shared, Supplier<String> ids, LongSupplier nanoTime, BooleanSupplier mayBeReached) {
        this.mayBeReached = mayBeReached;
        this.own = own;
        this.shared = shared;
        this.ids = ids;
        this.nanoTime = nanoTime;
    }

    /**
     * Opens the node's file, and a connection of its own to the store.
     *
     * @param ids never gives the same twice, on any node
     * @param mayBeReached whether to try the store with a debt before it goes to the file: a write waits meanwhile
     * @throws StateException when either cannot be opened
     */
    public static NodeDebts open(
            Path file, SharedStore store, Supplier<String> ids, LongSupplier nanoTime, BooleanSupplier mayBeReached) {
        StateDb shared = StateDb.open(store, Fence.none());
        try {
            return new NodeDebts(DebtFile.open(file), shared, ids, nanoTime, mayBeReached);
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    /**
     * Records a debt, durably before it returns, in the store or else on this node.
     *
     * @throws StateException when neither takes it
     */
    public void owe(SliceName slice, Instant since, String reason) {
        Waiting debt = new Waiting(ids.get(), slice, since, reason);
        if (!reaches(List.of(debt))) {
            own.keep(debt);
        }
    }

    private boolean reaches(List<Waiting> debts) {
        if (!mayBeReached.getAsBoolean() || isAway()) {
            return false;
        }
        try {
            put(debts);
            return true;
        } catch (StateException e) {
            away(OptionalLong.of(nanoTime.getAsLong()));
            return false;
        }
    }

    private boolean isAway() {
        lock.lock();
        try {
            return failedAt.isPresent() && nanoTime.getAsLong() - failedAt.getAsLong() < RETRY.toNanos();
        } finally {
            lock.unlock();
        }
    }

    private void away(OptionalLong since) {
        lock.lock();
        try {
            failedAt = since;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Carries what waits on this node to the store; it leaves the node when it is durable there. Cheap when nothing waits.
     *
     * @return how many there were
     * @throws StateException when the store still cannot be reached; nothing is lost
     */
    public int carry() {
        List<Waiting> waiting = waiting();
        if (!waiting.isEmpty()) {
            put(waiting);
            away(OptionalLong.empty());
            own.drop(waiting);
        }
        return waiting.size();
    }

    private void put(List<Waiting> debts) {
        shared.write(connection -> {
            for (Waiting debt : debts) {
                Sql.update(
                        connection,
                        "insert into debt (slice, since, reason, origin) values (?, ?, ?, ?) on conflict (origin) do nothing",
                        debt.slice(),
                        debt.since(),
                        debt.reason(),
                        debt.id());
            }
            return debts.size();
        });
    }

    /** Debts that are on this node alone. */
    public List<Waiting> waiting() {
        return own.all();
    }

    /** Whether all debts of this node had come to the store when it was closed. */
    public boolean isClear() {
        return clear;
    }

    /** Carries what waits, if the store can be reached. */
    @Override
    public void close() {
        try {
            carry();
            clear = true;
        } catch (StateException away) {
            LOG.warn("what this node owes stays on its own disk until it starts again: {}", away.getMessage());
        }
        try {
            own.close();
        } finally {
            shared.close();
        }
    }

    /** A debt that has not come to the store yet. */
    public record Waiting(String id, SliceName slice, Instant since, String reason) {}
}
