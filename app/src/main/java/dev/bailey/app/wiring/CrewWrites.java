package dev.bailey.app.wiring;

import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.StateException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The write paths of all nodes as the one that leads sees them: its own, and what the others acknowledge. */
record CrewWrites(Writes own, Membership others, Supplier<Snapshot> current, Map<SliceName, Epoch> prepared)
        implements Writes {

    private static final Logger LOG = LoggerFactory.getLogger(CrewWrites.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    static CrewWrites of(Writes own, Membership others, Supplier<Snapshot> current) {
        return new CrewWrites(own, others, current, new ConcurrentHashMap<>());
    }

    @Override
    public void hold(SliceState next) {
        prepared.put(next.slice(), next.epoch());
        own.hold(next);
    }

    @Override
    public boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        Epoch epoch = prepared.get(slice);
        return own.awaitQuiet(slice, atMost) && (epoch == null || await(slice, Ack.HELD, epoch, until));
    }

    @Override
    public boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        Epoch epoch = current.get().state(slice).epoch();
        return own.awaitOlderWrites(slice, atMost) && await(slice, Ack.SETTLED, epoch, until);
    }

    /** Those who never will are expelled meanwhile, when their time is over. */
    private boolean await(SliceName slice, Ack what, Epoch epoch, long until) throws InterruptedException {
        List<String> missing = List.of("everybody");
        do {
            try {
                missing = others.missing(slice, what, epoch);
            } catch (StateException away) {
                LOG.warn("what the other nodes acknowledge cannot be read: {}", away.getMessage());
            }
            if (missing.isEmpty()) {
                return true;
            }
            Thread.sleep(LOOK_EVERY);
        } while (System.nanoTime() - until < 0);
        LOG.warn("epoch {} of slice {} is not acknowledged ({}) by {}", epoch, slice, what, missing);
        return false;
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
    public long deliverGap(SliceName slice, LongConsumer left) throws InterruptedException {
        return own.deliverGap(slice, left);
    }
}
