package dev.bailey.datasync.backfill;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.pace.Throttle;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.BackfillSpec;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a backfill back after a chunk: to its rate, while a store answers others slowly (a single document, read after each
 * chunk as a service would, takes much longer than it used to), and while the follower's replicas are behind. Thread-safe.
 */
final class Brakes {

    private static final Logger LOG = LoggerFactory.getLogger(Brakes.class);

    /** A single document read within this is nobody's trouble. */
    private static final Duration EASE = Duration.ofMillis(20);

    private static final Duration LAG_STEP = Duration.ofSeconds(1);

    private static final String COPYING = "copying";

    private final StorePair stores;
    private final Side authority;
    private final BackfillSpec spec;
    private final LongSupplier nanoTime;
    private final Retry retry;
    private final Map<Side, Throttle> throttles = new EnumMap<>(Map.of(
            Side.LEGACY, new Throttle(EASE),
            Side.MODERN, new Throttle(EASE)));
    private volatile String words = COPYING;
    private volatile boolean behind;
    private boolean asks;
    private long asked;

    Brakes(StorePair stores, Side authority, BackfillSpec spec, LongSupplier nanoTime, Retry retry) {
        this.stores = stores;
        this.authority = authority;
        this.spec = spec;
        this.nanoTime = nanoTime;
        this.retry = retry;
    }

    /** What the backfill does now. */
    String words() {
        return words;
    }

    /** Whether nothing holds it back at this moment, beside its rate. */
    boolean areOff() {
        return !behind && words.equals(COPYING);
    }

    /**
     * Looks at the stores after a part; for as long as it returns they are to be spared.
     *
     * @param spent whether the part has counted for the rate already
     */
    Duration after(Claim claim, Chunk.Result result, long nanos, JobControl control, boolean spent)
            throws InterruptedException {
        control.rate().spend(spent ? 0 : result.scanned(), () -> control.order() == JobControl.Order.GO_ON);
        Duration rest = Duration.ZERO;
        String now = COPYING;
        for (Side side : Side.values()) {
            look(side, claim);
            Throttle throttle = throttles.get(side);
            if (throttle != null && throttle.isStrained()) {
                rest = throttle.after(nanos);
                now = "copying slowly: " + side.label() + " takes long to answer";
            }
        }
        if (!behind) {
            words = now;
        }
        toBeAsked();
        return rest;
    }

    private synchronized void toBeAsked() {
        asks = true;
    }

    /** A look that fails tells nothing; whoever works with the store sees what it has. */
    private void look(Side side, Claim claim) throws InterruptedException {
        List<EntityKey> one = claim.upTo().map(EntityKey::new).map(List::of).orElse(List.of());
        Throttle throttle = throttles.get(side);
        if (throttle != null && !one.isEmpty()) {
            EntityStore store = stores.of(side);
            long start = nanoTime.getAsLong();
            try {
                store.read(one);
            } catch (StoreException away) {
                LOG.debug("no look at {}: {}", side.label(), away.getMessage()); // the next chunk waits for it
                return;
            }
            throttle.read(1, nanoTime.getAsLong() - start);
        }
    }

    /** Whether the follower's replicas are too far behind for a new part: asked after each part, then each second. */
    synchronized boolean isHeldBack(JobControl control) throws StoreException, InterruptedException {
        long now = nanoTime.getAsLong();
        if (spec.lag().isEmpty() || (behind ? now - asked < LAG_STEP.toNanos() : !asks)) {
            return behind;
        }
        asked = now;
        asks = false;
        Side follower = authority.other();
        Duration most = spec.lag().get();
        Duration lag = retry.of(() -> stores.of(follower).replicaLag(spec.lagQuery()));
        if (lag.compareTo(most) > 0) {
            words = String.format(
                    Locale.ROOT,
                    "waiting: replicas of %s are %.1f s behind (expected ≤ %.1f s)",
                    follower.label(),
                    lag.toMillis() / 1_000.0,
                    most.toMillis() / 1_000.0);
            control.say(words);
            behind = true;
        } else if (behind) {
            words = COPYING;
            behind = false;
        }
        return behind;
    }
}
