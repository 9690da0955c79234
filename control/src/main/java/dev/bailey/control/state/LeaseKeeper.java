package dev.bailey.control.state;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon thread that renews a lease every quarter of its time, and tells when anything becomes of it. Thread-safe. */
public final class LeaseKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    private final Lease lease;
    private final Consumer<Renewal> news;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Wait wait;
    private final Thread thread;
    private Renewal last = new Renewal.Standby();

    /** Waits until something has ended, for a bounded time. */
    @FunctionalInterface
    public interface Wait {
        /** Whether it has ended. */
        boolean until(CountDownLatch ended, Duration atMost) throws InterruptedException;
    }

    private LeaseKeeper(Lease lease, Consumer<Renewal> news, ThreadFactory threads, Wait wait) {
        this.lease = lease;
        this.news = news;
        this.wait = wait;
        this.thread = threads.newThread(this::run);
        thread.setName("bailey-lease-keeper");
    }

    /** @param news told, on the keeper's thread, of every renewal that ended otherwise than the one before; must not block */
    public static LeaseKeeper start(Lease lease, Consumer<Renewal> news) {
        return start(
                lease,
                news,
                Thread.ofPlatform().daemon().factory(),
                (ended, atMost) -> ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The same on a thread, and by a time, of one's own. */
    public static LeaseKeeper start(Lease lease, Consumer<Renewal> news, ThreadFactory threads, Wait wait) {
        LeaseKeeper keeper = new LeaseKeeper(lease, news, threads, wait);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        try {
            do {
                turn();
            } while (!wait.until(closed, lease.renewEvery()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() {
        try {
            Renewal now = lease.renew();
            if (isNews(now)) {
                log(now);
                last = now;
                news.accept(now);
            }
        } catch (RuntimeException e) {
            LOG.error(
                    "the lease of node {} could not be looked after; tried again in {}",
                    lease.name(),
                    lease.renewEvery(),
                    e);
        }
    }

    /** The words of a failure may change; that is no news. */
    private boolean isNews(Renewal now) {
        if (now instanceof Renewal.Unreachable(boolean lapsed, String why)
                && last instanceof Renewal.Unreachable(boolean before, String words)) {
            return lapsed != before;
        }
        return !now.equals(last);
    }

    private void log(Renewal now) {
        switch (now) {
            case Renewal.Standby() -> LOG.info("node {} stands by", lease.name());
            case Renewal.Held(long term) -> LOG.info("node {} is active under term {}", lease.name(), term);
            case Renewal.Again(long term) ->
                LOG.warn("node {} had let its lease lapse and has it again, under term {}", lease.name(), term);
            case Renewal.Lost(var to) ->
                LOG.warn(
                        "node {} is not active any more; {}",
                        lease.name(),
                        to.map(Owner::toString).orElse("nobody is"));
            case Renewal.Unreachable(boolean lapsed, String why) -> {
                if (lapsed) {
                    LOG.error("the lease of node {} has lapsed, it must not decide: {}", lease.name(), why);
                } else {
                    LOG.warn("the lease of node {} was not renewed: {}", lease.name(), why);
                }
            }
        }
    }

    /** Stops renewing; waits for a renewal under way, within its own bounds. The lease is not released. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (!Thread.currentThread().equals(thread) && !thread.join(LONGEST_STOP)) {
                LOG.warn("a renewal did not end within {} s", LONGEST_STOP.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
