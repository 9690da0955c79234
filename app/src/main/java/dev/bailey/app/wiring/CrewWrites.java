package dev.bailey.app.wiring;

import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.Membership.Expected;
import dev.bailey.control.state.StateException;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The write paths of all nodes as the one that leads sees them: its own, and what the others acknowledge. */
record CrewWrites(Writes own, Others others, Supplier<Snapshot> current, Looks looks, Map<SliceName, Epoch> prepared)
        implements Writes {

    private static final Logger LOG = LoggerFactory.getLogger(CrewWrites.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    /** The other nodes. */
    interface Others {

        /** See {@link Membership#missing}. */
        List<String> missing(SliceName slice, Ack what, Epoch epoch, Expected who);

        /** See {@link Membership#unheard}. */
        List<String> unheard();

        static Others of(Membership membership) {
            return new Others() {
                @Override
                public List<String> missing(SliceName slice, Ack what, Epoch epoch, Expected who) {
                    return membership.missing(slice, what, epoch, who);
                }

                @Override
                public List<String> unheard() {
                    return membership.unheard();
                }
            };
        }
    }

    static CrewWrites of(Writes own, Others others, Supplier<Snapshot> current) {
        return of(own, others, current, Looks.every(LOOK_EVERY));
    }

    static CrewWrites of(Writes own, Others others, Supplier<Snapshot> current, Looks looks) {
        return new CrewWrites(own, others, current, looks, new ConcurrentHashMap<>());
    }

    @Override
    public void hold(SliceState next) {
        prepared.put(next.slice(), next.epoch());
        own.hold(next);
    }

    @Override
    public boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException {
        long begun = looks.nanoTime().getAsLong();
        Epoch epoch = prepared.get(slice);
        return own.awaitQuiet(slice, atMost)
                && (epoch == null || await(slice, Ack.HELD, epoch, expected(slice, false), left(begun, atMost)));
    }

    @Override
    public boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException {
        long begun = looks.nanoTime().getAsLong();
        Epoch epoch = current.get().state(slice).epoch();
        return own.awaitOlderWrites(slice, atMost)
                && await(slice, Ack.SETTLED, epoch, expected(slice, true), left(begun, atMost));
    }

    /**
     * Without its time a node goes on to write what is carried nowhere, and slices that do without the journal. After a step, what counts
     * is the phase before: the first one that carries follows one that does not.
     */
    private Expected expected(SliceName slice, boolean isAfter) {
        Replication now = PhaseTable.row(current.get().state(slice).phase()).replication();
        boolean isFree = isAfter ? now == Replication.FOLLOWER : now != Replication.FOLLOWER;
        return isFree || degrades(slice) ? Expected.EVERYBODY : Expected.LIVING;
    }

    private boolean degrades(SliceName slice) {
        return current.get()
                .spec()
                .slice(slice)
                .filter(spec -> spec.writes().onJournalFull() == WritesSpec.OnJournalFull.DEGRADE)
                .isPresent();
    }

    @Override
    public List<String> unheard(SliceName slice) {
        SliceState now = current.get().state(slice);
        if (now.phase() == Phase.LEGACY_ONLY) {
            return List.of(); // whatever comes next, legacy has the authority still
        }
        if (degrades(slice) || now.phase() == Phase.LEGACY_OFF) {
            return others.unheard();
        }
        if (now.phase() != Phase.DUAL_WRITE) {
            return List.of();
        }
        List<String> gone = new ArrayList<>(others.missing(slice, Ack.SETTLED, now.epoch(), Expected.EVERYBODY));
        gone.removeAll(others.missing(slice, Ack.SETTLED, now.epoch(), Expected.LIVING));
        return List.copyOf(gone);
    }

    private Duration left(long begun, Duration atMost) {
        return atMost.minusNanos(looks.nanoTime().getAsLong() - begun);
    }

    /** Those who never will are expelled meanwhile, when their time is over: where it counts, nobody waits for them then. */
    private boolean await(SliceName slice, Ack what, Epoch epoch, Expected who, Duration atMost)
            throws InterruptedException {
        AtomicReference<List<String>> missing = new AtomicReference<>(List.of("everybody"));
        boolean acknowledged = looks.until(atMost, () -> {
                    try {
                        missing.set(others.missing(slice, what, epoch, who));
                    } catch (StateException away) {
                        LOG.warn("what the other nodes acknowledge cannot be read: {}", away.getMessage());
                    }
                    return missing.get().isEmpty()
                            ? Optional.of(true)
                            : Optional.of(false).filter(_ -> who == Expected.EVERYBODY && areUnheard(missing.get()));
                })
                .orElse(false);
        if (!acknowledged) {
            LOG.warn("epoch {} of slice {} is not acknowledged ({}) by {}", epoch, slice, what, missing);
        }
        return acknowledged;
    }

    /** They answer nothing before they are heard of. */
    private boolean areUnheard(List<String> nodes) {
        try {
            return others.unheard().containsAll(nodes);
        } catch (StateException away) {
            return false;
        }
    }

    @Override
    public void release(SliceName slice) {
        prepared.remove(slice);
        own.release(slice);
    }

    @Override
    public boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException {
        return own.awaitFence(slice, atMost);
    }

    @Override
    public int held(SliceName slice) {
        return own.held(slice);
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return own.recentKeys(slice, since, limit);
    }

    @Override
    public boolean retry(RecordId id) {
        return own.retry(id);
    }

    @Override
    public int unpark(SliceName slice, EntityKey entity) {
        return own.unpark(slice, entity);
    }

    @Override
    public Backlog backlog(SliceName slice) {
        return own.backlog(slice);
    }

    @Override
    public long deliverGap(SliceName slice, Duration atMost, LongConsumer left) throws InterruptedException {
        return own.deliverGap(slice, atMost, left);
    }
}
