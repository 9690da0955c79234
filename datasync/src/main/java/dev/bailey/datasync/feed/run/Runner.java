package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Lost;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.refresh.Standstill;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.FeedSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One feed at work on a thread of its own, from the start to the end of the process. */
final class Runner implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(200);
    private static final Duration IDLE_WAIT = Duration.ofMillis(500);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(5);

    private final SliceName slice;
    private final FeedSpec spec;
    private final Source source;
    private final FeedPorts ports;
    private final Ledger ledger;
    private final Applier applier;
    private final Markers markers;
    private final Standstill standstill;
    private @Nullable Feed feed;
    private boolean letGo;
    private boolean anew;
    private Duration backoff = FIRST_BACKOFF;
    private Instant counted = Instant.EPOCH;

    Runner(
            SliceName slice,
            FeedSpec spec,
            Source source,
            FeedPorts ports,
            Ledger ledger,
            Applier applier,
            Standstill standstill) {
        this.slice = slice;
        this.spec = spec;
        this.source = source;
        this.ports = ports;
        this.ledger = ledger;
        this.applier = applier;
        this.standstill = standstill;
        this.markers = new Markers(ports.ids(), ports.clock());
    }

    SliceName slice() {
        return slice;
    }

    Side side() {
        return spec.side();
    }

    FeedStatus status() {
        return ledger.status();
    }

    CompletableFuture<Void> fence() {
        return markers.fence();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                turn();
            }
        } catch (InterruptedException end) {
            LOG.debug("{}: ends", ledger.where());
        } finally {
            boolean ends = Thread.interrupted(); // what is closed now may take its time
            closeFeed();
            ledger.keep();
            if (ends) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void turn() throws InterruptedException {
        try {
            if (!ports.replicates().test(slice)) {
                rest();
                return;
            }
            letGo = false;
            step(opened());
            backoff = FIRST_BACKOFF;
        } catch (FeedException e) {
            switch (e) {
                case Lost _ -> lost(String.valueOf(e.getMessage()));
                case Unavailable _ -> failing(String.valueOf(e.getMessage()));
            }
        } catch (RuntimeException e) {
            LOG.error("{}: failed", ledger.where(), e);
            failing("failed: " + e);
        }
    }

    private void failing(String why) throws InterruptedException {
        closeFeed();
        ledger.is(FeedState.FAILING, why);
        ports.pause().of(backoff);
        backoff = backoff.multipliedBy(2).compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff.multipliedBy(2);
    }

    /** Where the slice carries nothing, no source must keep anything for it either. */
    private void rest() throws FeedException, InterruptedException {
        if (!letGo) {
            closeFeed();
            source.release();
            letGo = true;
            ledger.is(FeedState.IDLE, "slice " + slice + " carries no writes where it stands");
        }
        ports.pause().of(IDLE_WAIT);
    }

    private Feed opened() throws FeedException, InterruptedException {
        Feed open = feed;
        if (open != null) {
            return open;
        }
        Source.Opened opened = source.open();
        feed = opened.feed();
        if (ledger.state() != FeedState.FAILING) {
            ledger.is(FeedState.CATCHING_UP, opened.anew() ? "begins anew" : "goes on where it stood");
        }
        anew = opened.anew();
        if (anew) {
            owe(beganAnew());
        }
        return opened.feed();
    }

    private void step(Feed from) throws FeedException, InterruptedException {
        markers.put(from);
        Polled polled = from.poll(spec.batch(), POLL_WAIT);
        standstill.enter(slice);
        try {
            if (!polled.changes().isEmpty()) {
                applier.apply(polled.changes());
            }
        } finally {
            standstill.leave(slice);
        }
        if (anew && !polled.equals(Polled.NOTHING)) {
            // Only now is it known to be listening. The debt is written down before where it stands is.
            owe(beganAnew());
            anew = false;
        }
        from.applied();
        if (ledger.state() == FeedState.FAILING) {
            // Not before: opening asks nothing of some sources, and a store may still be away.
            ledger.is(FeedState.CATCHING_UP, "goes on where it stood");
        }
        if (!polled.markers().isEmpty()) {
            Instant upTo = markers.came(polled.markers(), Instant.EPOCH);
            if (upTo.isAfter(Instant.EPOCH)) {
                ledger.upTo(upTo);
                ledger.is(FeedState.RUNNING, "up to " + upTo);
            }
        }
        count(from);
    }

    private String beganAnew() {
        return "feed " + spec.name() + " began anew: what was changed past the gateway before is not in it";
    }

    private void count(Feed from) throws FeedException {
        Instant now = ports.clock().instant();
        if (now.isAfter(counted.plus(COUNT_EVERY))) {
            counted = now;
            ledger.waits(from.waiting(), from.logBytes());
        }
    }

    private void lost(String why) throws InterruptedException {
        closeFeed();
        LOG.error("{}: CHANGES ARE LOST: {}; the slice owes a full reconcile", ledger.where(), why);
        try {
            owe("feed " + spec.name() + " lost changes: " + why);
            source.release();
            ledger.lost();
            ledger.is(FeedState.FAILING, "changes are lost: " + why + "; it begins anew");
        } catch (FeedException e) {
            failing("changes are lost: " + why + "; and it cannot begin anew yet: " + e.getMessage());
        }
    }

    private void owe(String reason) throws Unavailable {
        if (!ports.owing().owe(slice, ports.clock().instant(), reason)) {
            closeFeed();
            throw new Unavailable("the debt could not be written down: " + reason);
        }
    }

    private void closeFeed() {
        Feed open = feed;
        feed = null;
        markers.forget();
        if (open != null) {
            open.close();
        }
    }
}
