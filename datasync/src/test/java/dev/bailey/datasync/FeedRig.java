package dev.bailey.datasync;

import dev.bailey.datasync.feed.run.ChangeFeeds;
import dev.bailey.datasync.feed.run.FeedPorts;
import dev.bailey.datasync.feed.run.FeedState;
import dev.bailey.datasync.feed.run.FeedStatus;
import dev.bailey.datasync.feed.run.RogueWrite;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.FeedSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Change feeds over one slice, and what a test may turn about them. */
final class FeedRig implements AutoCloseable {

    final List<String> owed = new CopyOnWriteArrayList<>();
    final List<RogueWrite> rogues = new CopyOnWriteArrayList<>();
    final Plane.Kept memory;
    final DataPlane data;
    final ChangeFeeds feeds;
    volatile Side authority = Side.LEGACY;
    volatile boolean replicates = true;

    /** Whether debts can be written down. */
    volatile boolean books = true;

    private FeedRig(DataSpec spec, List<FeedSpec> declared, Plane.Kept memory) {
        this.memory = memory;
        data = Plane.open(spec, new Plane.Kept());
        feeds = ChangeFeeds.open(
                Plane.spec(spec, declared),
                data,
                new FeedPorts(
                        memory,
                        (slice, key) -> authority,
                        slice -> replicates,
                        Pending.NONE,
                        (slice, since, reason) -> books && owed.add(reason),
                        (slice, write) -> rogues.add(write),
                        InstantSource.system(),
                        System::nanoTime,
                        Pause.SLEEP,
                        () -> UUID.randomUUID().toString()));
    }

    static FeedRig start(Shop shop, FeedSpec... declared) {
        return start(shop.data, new Plane.Kept(), declared);
    }

    static FeedRig start(DataSpec spec, Plane.Kept memory, FeedSpec... declared) {
        FeedRig rig = open(spec, memory, declared);
        rig.feeds.start();
        return rig;
    }

    /** Its feeds are not started. */
    static FeedRig open(DataSpec spec, Plane.Kept memory, FeedSpec... declared) {
        return new FeedRig(spec, List.of(declared), memory);
    }

    FeedStatus status(int feed) {
        return feeds.statuses().get(feed);
    }

    void awaitRunning() {
        await(() -> feeds.statuses().stream().allMatch(feed -> feed.state() == FeedState.RUNNING));
    }

    void awaitEverythingThrough() throws InterruptedException {
        if (!feeds.awaitFence(Shop.ORDERS, Duration.ofSeconds(30))) {
            throw new AssertionError("the fence did not come through: " + feeds.statuses());
        }
        feeds.goOn(Shop.ORDERS);
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(30, TimeUnit.SECONDS)
                .until(condition);
    }

    @Override
    public void close() {
        feeds.close();
        data.close();
    }
}
