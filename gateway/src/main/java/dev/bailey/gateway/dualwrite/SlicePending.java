package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.EntityQueue.Plan;
import dev.bailey.journal.RecordFeed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Partition;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one slice that are not final, by position and by entity: the journal's undelivered part, kept in memory and
 * bounded by the journal's own bound. Everything in it is guarded by its one lock; nothing is called under it.
 */
final class SlicePending {

    private static final int CARRIED_ENTITIES = 100_000;

    /** Who waits for another process to let an entity go says so again. */
    private static final Duration WANTED_AGAIN = Duration.ofSeconds(5);

    private final SliceName name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Scheduler scheduler;
    private final TreeMap<Long, PendingWrite> all = new TreeMap<>();
    private final Map<RecordId, PendingWrite> byId = new HashMap<>();
    private final Map<EntityKey, EntityQueue> queues = new HashMap<>();
    private final Map<PendingWrite, EntityQueue> keyless = new HashMap<>();

    /** Records that were forgotten, with how many looks had begun by then: an older look may still tell of them. */
    private final Map<RecordId, Long> gone = new HashMap<>();

    private final Sight sight;
    private final Carried carried;

    SlicePending(SliceName name, Scheduler scheduler, Sight sight) {
        this.name = name;
        this.scheduler = scheduler;
        this.sight = sight;
        this.carried = new Carried(CARRIED_ENTITIES, sight::looksBegun);
    }

    /** A write whose intent is durable, or a record found at start. */
    void add(PendingWrite write) {
        locked(() -> {
            all.put(write.sequence, write);
            byId.put(write.id, write);
            if (write.entity != null) {
                enqueue(write);
            } else if (write.stage == PendingWrite.Stage.APPLIED || write.stage == PendingWrite.Stage.PARKED) {
                enqueueKeyless(write);
            }
            return true;
        });
    }

    /**
     * The authority has taken the write; its outcome is about to be made durable. Gives the write its place among its entity's
     * before the client can know, and says whether it must be carried by refresh.
     */
    boolean settled(PendingWrite write, @Nullable EntityKey entity) {
        return locked(() -> {
            write.wasUnknown = write.stage == PendingWrite.Stage.UNKNOWN;
            write.byRefresh |= write.wasUnknown;
            write.stage = PendingWrite.Stage.SETTLED;
            if (write.entity == null && entity != null) {
                write.entity = entity;
                enqueue(write);
            } else if (write.entity == null) {
                enqueueKeyless(write);
            }
            changed.signalAll();
            return write.byRefresh;
        });
    }

    /** The outcome is durable: the write may be delivered. A write without a follower is final for delivery: it is the gap's. */
    @Nullable
    EntityQueue applied(PendingWrite write) {
        return this.<@Nullable EntityQueue>locked(() -> {
            write.stage = PendingWrite.Stage.APPLIED;
            if (write.isGap()) {
                forget(write);
                return null;
            }
            changed.signalAll();
            return queueOf(write);
        });
    }

    void unknown(PendingWrite write) {
        locked(() -> {
            write.stage = PendingWrite.Stage.UNKNOWN;
            return true;
        });
    }

    void parked(PendingWrite write) {
        locked(() -> {
            write.stage = PendingWrite.Stage.PARKED;
            write.parkedInLook = sight.looksBegun();
            write.parkings++;
            if (write.entity == null && !keyless.containsKey(write)) {
                enqueueKeyless(write);
            }
            changed.signalAll();
            return true;
        });
        write.delivered.complete(false);
    }

    /** The entity's writes, or some of them, were carried to the follower, by replay or by refresh. */
    void carried(List<PendingWrite> writes, boolean byRefresh) {
        locked(() -> {
            for (PendingWrite write : writes) {
                if (sight.isShared() && write.entity != null) {
                    carried.add(write.entity, byRefresh && write.isForeign() ? null : write.origin);
                }
                forget(write);
            }
            return true;
        });
    }

    /** What is to be done next for an entity; writes of several nodes that may have overlapped go by refresh. */
    Plan plan(EntityQueue queue, boolean refreshAlways, boolean keyed, long now) {
        return locked(() -> {
            if (!delivers(queue)) {
                return new Plan.Nothing();
            }
            if (sight.isShared() && queue.key != null && !refreshAlways) {
                EntityKey key = queue.key;
                queue.refreshOverlapping();
                queue.writes.values().forEach(write -> write.byRefresh |= carried.mayOverlap(key, write));
            }
            return queue.plan(refreshAlways, keyed, now);
        });
    }

    /** Something outside of delivery has read these entities and written them at the follower. */
    void touched(EntityQueue queue) {
        locked(() -> {
            if (sight.isShared() && queue.key != null) {
                carried.add(queue.key, queue.writes.isEmpty() ? "" : null);
            }
            return true;
        });
    }

    /** Nobody knows what of these was tried or carried by whoever delivered them before. */
    void inherit(Set<Partition> partitions, Duration landing) {
        locked(() -> {
            carried.forget(entity -> partitions.contains(Partition.of(name, entity)));
            for (PendingWrite write : all.values()) {
                if (!partitions.contains(Partition.of(name, write.entity))) {
                    continue;
                }
                write.byRefresh |= write.entity != null;
                boolean isDecided = !isUndecided(write);
                if (isDecided && !landing.isZero()) {
                    write.mayLandWithin(landing, scheduler.nanoTime());
                }
            }
            return true;
        });
    }

    /** Those of these partitions of which a delivery is under way, or something that was given up may still land. */
    Set<Partition> atWork(Set<Partition> partitions, long now) {
        return locked(() -> every().filter(
                        queue -> queue.busy || queue.writes.values().stream().anyMatch(write -> write.mayLand))
                .filter(queue -> partitions.contains(partitionOf(queue)))
                .filter(queue -> queue.busy || queue.landing(now).isPositive())
                .map(this::partitionOf)
                .collect(Collectors.toSet()));
    }

    /** Something has changed that is not guarded here, and that somebody may wait for. */
    void changed() {
        locked(() -> {
            changed.signalAll();
            return true;
        });
    }

    private Partition partitionOf(EntityQueue queue) {
        return Partition.of(name, queue.key);
    }

    private boolean delivers(EntityQueue queue) {
        return sight.delivers(partitionOf(queue));
    }

    /** Whether a write is delivered by this process. */
    boolean delivers(PendingWrite write) {
        return locked(() -> sight.delivers(Partition.of(name, write.entity)));
    }

    /** Whether a look that was the so many-th to begin may tell of a record something older than what is known. */
    boolean isGone(RecordId id, long look) {
        return locked(() -> {
            Long left = gone.get(id);
            return left != null && left >= look;
        });
    }

    /** A look has ended. */
    void looked(long look, long position) {
        locked(() -> {
            carried.looked(look, position);
            gone.values().removeIf(left -> left < look);
            return true;
        });
    }

    List<PendingWrite> all() {
        return locked(() -> List.copyOf(all.values()));
    }

    /** Every entity of these partitions, and every write without one if theirs is among them, that something waits for. */
    List<EntityQueue> queues(Set<Partition> partitions) {
        return locked(() ->
                every().filter(queue -> partitions.contains(partitionOf(queue))).toList());
    }

    private Stream<EntityQueue> every() {
        return Stream.concat(queues.values().stream(), keyless.values().stream());
    }

    /** Final: delivered, rejected, or owed to a reconcile. */
    void remove(Collection<PendingWrite> writes) {
        locked(() -> {
            writes.forEach(this::forget);
            return true;
        });
    }

    /** Takes an entity's parked writes back; they go by refresh, so that whatever was done to either store meanwhile is seen. */
    void unparked(EntityKey entity) {
        locked(() -> {
            EntityQueue queue = queues.get(entity);
            for (PendingWrite write : queue == null ? List.<PendingWrite>of() : queue.writes.values()) {
                if (write.stage == PendingWrite.Stage.PARKED) {
                    write.stage = PendingWrite.Stage.APPLIED;
                    write.byRefresh = true;
                }
            }
            return true;
        });
    }

    /** Whether a look that was the so many-th to begin began after the write was parked here, or it is not parked. */
    boolean isSince(PendingWrite write, long look) {
        return locked(() -> write.stage != PendingWrite.Stage.PARKED || look > write.parkedInLook);
    }

    /** How often the write has been parked here. */
    int parkings(PendingWrite write) {
        return locked(() -> write.parkings);
    }

    /** The journal does not call the write parked, that was parked here so often when it was asked: it was taken back there. */
    @Nullable
    EntityQueue unparked(PendingWrite write, int parkings) {
        return this.<@Nullable EntityQueue>locked(() -> {
            if (write.stage != PendingWrite.Stage.PARKED || write.parkings != parkings) {
                return null;
            }
            write.stage = PendingWrite.Stage.APPLIED;
            write.byRefresh = write.entity != null;
            return queueOf(write);
        });
    }

    PendingWrite.Stage stage(PendingWrite write) {
        return locked(() -> write.stage);
    }

    /** The number of its outcome is known now. */
    void number(PendingWrite write, RecordFeed.Seen seen) {
        locked(() -> {
            seen.ended().ifPresent(ended -> write.ended = ended);
            return true;
        });
    }

    @Nullable
    EntityQueue queue(EntityKey entity) {
        return this.<@Nullable EntityQueue>locked(() -> queues.get(entity));
    }

    @Nullable
    EntityQueue queueOfRecord(PendingWrite write) {
        return this.<@Nullable EntityQueue>locked(() -> queueOf(write));
    }

    @Nullable
    PendingWrite find(RecordId id) {
        return this.<@Nullable PendingWrite>locked(() -> byId.get(id));
    }

    /** Something of the queue, read or changed under the lock. */
    <T extends @Nullable Object> T with(EntityQueue queue, Function<EntityQueue, T> action) {
        return this.<T>locked(() -> action.apply(queue));
    }

    /** Takes the entity's turn at the follower when nobody has it and there may be something to do. */
    boolean begin(EntityQueue queue) {
        return locked(() -> {
            PendingWrite head = queue.head();
            if (!delivers(queue)
                    || queue.busy
                    || queue.pausing
                    || head == null
                    || head.stage != PendingWrite.Stage.APPLIED) {
                return false;
            }
            queue.busy = true;
            return true;
        });
    }

    /** Gives the turn back; true when there is more to deliver at once. */
    boolean end(EntityQueue queue, boolean pause) {
        return locked(() -> {
            queue.busy = false;
            queue.refreshing = false;
            queue.pausing = pause;
            changed.signalAll();
            if (queue.writes.isEmpty() && queue.key != null) {
                queues.remove(queue.key, queue);
                return false;
            }
            PendingWrite head = queue.head();
            return !pause && head != null && head.stage == PendingWrite.Stage.APPLIED;
        });
    }

    /**
     * Takes the turns of entities, present or not, waiting for those who have them; in key order, so that two never wait for each
     * other. Where another process delivers them it is waited for until it does not. False when it took longer than it may.
     *
     * @param taken gets each turn as soon as it is taken; to be given back with {@link #end}, whatever happens
     */
    boolean beginAll(List<EntityKey> keys, List<EntityQueue> taken, Duration atMost) throws InterruptedException {
        long until = scheduler.nanoTime() + atMost.toNanos();
        lock.lockInterruptibly();
        try {
            for (EntityKey key : keys.stream().distinct().sorted().toList()) {
                if (!awaitTurn(key, until)) {
                    return false;
                }
                EntityQueue queue = queues.computeIfAbsent(key, EntityQueue::new);
                queue.busy = true;
                queue.refreshing = true;
                queue.writes.values().forEach(write -> write.byRefresh = true);
                taken.add(queue);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, with the lock held, until this process delivers the entity, nobody has its turn, and nothing can land there. */
    private boolean awaitTurn(EntityKey key, long until) throws InterruptedException {
        Partition partition = Partition.of(name, key);
        for (long now = scheduler.nanoTime(); ; now = scheduler.nanoTime()) {
            EntityQueue queue = queues.get(key);
            Duration left = Duration.ofNanos(Math.max(0, until - now));
            Duration landing = queue == null ? Duration.ZERO : queue.landing(now);
            if (!sight.delivers(partition)) {
                sight.want();
                scheduler.await(lock, changed, () -> sight.delivers(partition), least(left, WANTED_AGAIN));
            } else if (queue != null && queue.busy) {
                scheduler.await(lock, changed, () -> !queue.busy, left);
            } else if (queue != null && landing.isPositive()) {
                scheduler.await(
                        lock,
                        changed,
                        () -> queue.busy || !queue.landing(scheduler.nanoTime()).isPositive(),
                        least(left, landing));
            } else {
                return true;
            }
            if (left.isZero()) {
                return false;
            }
        }
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Nullable
    Side ahead(EntityKey entity) {
        return this.<@Nullable Side>locked(() -> {
            EntityQueue queue = queues.get(entity);
            return queue == null ? null : queue.ahead();
        });
    }

    boolean blocks(EntityKey entity, Side authority) {
        return locked(() -> {
            EntityQueue queue = queues.get(entity);
            return queue != null && queue.blocks(authority);
        });
    }

    /** Waits until nothing of the entity keeps a write by this authority from being admitted. */
    boolean awaitUnblocked(EntityKey entity, Side authority, Duration atMost) throws InterruptedException {
        return await(() -> !blocks(entity, authority), () -> false, atMost);
    }

    /** Waits until nothing before the position is pending; false at once when something before it is parked. */
    boolean awaitBefore(long sequence, Duration atMost) throws InterruptedException {
        return await(
                () -> all.isEmpty() || all.firstKey() >= sequence,
                () -> all.headMap(sequence).values().stream()
                        .anyMatch(write -> write.stage == PendingWrite.Stage.PARKED),
                atMost);
    }

    private boolean await(BooleanSupplier done, BooleanSupplier hopeless, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return scheduler.await(lock, changed, () -> done.getAsBoolean() || hopeless.getAsBoolean(), atMost)
                    && done.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    /** Others' writes without an outcome, that nobody here finds out about. */
    List<PendingWrite> undecided() {
        return locked(() -> all.values().stream()
                .filter(write -> write.isForeign() && !write.adopted)
                .filter(SlicePending::isUndecided)
                .toList());
    }

    /** Takes those of some origins for one's own to find out about. */
    List<PendingWrite> adopt(Set<String> origins) {
        return locked(() -> {
            List<PendingWrite> adopted = undecided().stream()
                    .filter(write -> origins.contains(write.origin))
                    .toList();
            adopted.forEach(write -> write.adopted = true);
            return adopted;
        });
    }

    /** Waits until nothing before the position is without an outcome. */
    boolean awaitDecided(long sequence, Duration atMost) throws InterruptedException {
        return await(
                () -> all.headMap(sequence).values().stream().noneMatch(SlicePending::isUndecided),
                () -> false,
                atMost);
    }

    private static boolean isUndecided(PendingWrite write) {
        return write.stage == PendingWrite.Stage.SENT || write.stage == PendingWrite.Stage.UNKNOWN;
    }

    boolean anyUndelivered() {
        return locked(() -> all.values().stream().anyMatch(write -> !write.isGap()));
    }

    int count(PendingWrite.Stage stage) {
        return locked(() -> (int)
                all.values().stream().filter(write -> write.stage == stage).count());
    }

    int size() {
        return locked(all::size);
    }

    Optional<Instant> oldest() {
        return locked(() ->
                all.isEmpty() ? Optional.empty() : Optional.of(all.firstEntry().getValue().at));
    }

    private void enqueue(PendingWrite write) {
        EntityKey key = write.entity;
        if (key == null) {
            throw new IllegalStateException("record " + write.id + " has no entity");
        }
        EntityQueue queue = queues.computeIfAbsent(key, EntityQueue::new);
        queue.writes.put(write.sequence, write);
        write.byRefresh |= queue.refreshing;
    }

    private void enqueueKeyless(PendingWrite write) {
        EntityQueue queue = new EntityQueue(null);
        queue.writes.put(write.sequence, write);
        keyless.put(write, queue);
    }

    private @Nullable EntityQueue queueOf(PendingWrite write) {
        return write.entity == null ? keyless.get(write) : queues.get(write.entity);
    }

    private void forget(PendingWrite write) {
        if (sight.isShared()) {
            gone.put(write.id, sight.looksBegun());
        }
        all.remove(write.sequence);
        byId.remove(write.id);
        keyless.remove(write);
        EntityQueue queue = write.entity == null ? null : queues.get(write.entity);
        if (queue != null) {
            queue.writes.remove(write.sequence);
            if (queue.writes.isEmpty() && !queue.busy) {
                queues.remove(write.entity);
            }
        }
        changed.signalAll();
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
