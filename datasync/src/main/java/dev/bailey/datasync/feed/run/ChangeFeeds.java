package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.DataPlane;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.feed.debezium.MadeName;
import dev.bailey.datasync.feed.debezium.MariaDbCapture;
import dev.bailey.datasync.feed.debezium.PostgresCapture;
import dev.bailey.datasync.feed.kafka.TopicFeed;
import dev.bailey.datasync.feed.outbox.OutboxFeed;
import dev.bailey.datasync.refresh.Standstill;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.FeedSpec.Topic;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The change feeds of a migration: what is changed past the gateway is told by key and refreshed. Thread-safe; methods that
 * wait block. Only one process of a migration may have them open.
 */
public final class ChangeFeeds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeeds.class);
    private static final Duration END = Duration.ofSeconds(15);

    /** What the time between two probes makes of a feed that keeps up. */
    private static final Duration USUAL_LAG = Markers.PROBE_EVERY.multipliedBy(2);

    private final List<Runner> runners;
    private final List<Thread> threads;
    private final Standstill standstill;
    private final LeftBehind left;

    private ChangeFeeds(List<Runner> runners, Standstill standstill, LeftBehind left) {
        this.runners = List.copyOf(runners);
        this.standstill = standstill;
        this.left = left;
        List<Thread> all = new ArrayList<>();
        for (Runner runner : runners) {
            all.add(thread("feed " + runner.status().name(), runner));
        }
        if (!left.isEmpty()) {
            all.add(thread("feeds left behind", left));
        }
        this.threads = List.copyOf(all);
    }

    private static Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(work);
    }

    /** Opens the feeds that slices declare, if any; they begin with {@link #start}. */
    public static ChangeFeeds open(MigrationSpec spec, DataPlane data, FeedPorts ports) {
        LeftBehind left = LeftBehind.of(spec, ports, made(spec));
        List<Runner> runners = new ArrayList<>();
        Standstill standstill = data.standstill();
        for (SliceSpec slice : spec.slices()) {
            for (FeedSpec feed : slice.feeds()) {
                Ledger ledger = new Ledger(slice.name(), feed, ports.memory(), ports.clock());
                RogueSearch rogues = new RogueSearch(
                        slice.name(),
                        data,
                        ports,
                        ledger,
                        (name, side, atMost) -> through(of(runners, name, side), atMost));
                Applier applier = new Applier(slice.name(), feed, data, ports, ledger, rogues);
                Source source = source(spec.migration(), slice.name(), ledger.where(), feed, ports);
                runners.add(new Runner(slice.name(), feed, source, ports, ledger, applier, standstill));
            }
        }
        return new ChangeFeeds(runners, standstill, left);
    }

    private static Source source(String migration, SliceName slice, String name, FeedSpec feed, FeedPorts ports) {
        return switch (feed.source()) {
            case Outbox outbox -> OutboxFeed.source(name, outbox, ports.pause());
            case Topic topic ->
                TopicFeed.source(topic, feed.batch(), ports.memory(), slice + "/" + feed.name() + "/offsets");
            case Capture capture -> {
                String made = MadeName.of(migration, slice, feed, capture);
                String offsets = slice + "/" + feed.name() + "/offsets";
                yield capture.login().jdbc().startsWith("jdbc:postgresql:")
                        ? new PostgresCapture(name, migration, made, capture, ports.memory(), offsets, ports.pause())
                        : new MariaDbCapture(name, made, capture, ports.memory(), offsets);
            }
        };
    }

    /** What each capture makes at its database, by slice and feed. */
    private static Map<String, String> made(MigrationSpec spec) {
        Map<String, String> made = new HashMap<>();
        for (SliceSpec slice : spec.slices()) {
            for (FeedSpec feed : slice.feeds()) {
                if (feed.source() instanceof Capture capture) {
                    made.put(
                            slice.name() + "/" + feed.name(),
                            MadeName.of(spec.migration(), slice.name(), feed, capture));
                }
            }
        }
        return made;
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    /** In the order of the file; behind them what feeds left that were taken out of it. */
    public List<FeedStatus> statuses() {
        return Stream.concat(runners.stream().map(Runner::status), left.statuses().stream())
                .toList();
    }

    /**
     * Waits until all that was committed before this call at either side has come through the slice's feeds, and keeps them
     * and repairs from writing more until {@link #goOn}; false, and they go on, when that takes too long.
     */
    public boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException {
        List<Runner> feeds =
                runners.stream().filter(runner -> runner.slice().equals(slice)).toList();
        long end = System.nanoTime() + atMost.toNanos();
        return (feeds.isEmpty() || through(feeds, atMost))
                && standstill.begin(slice, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    /** Ends what {@link #awaitFence} began. */
    public void goOn(SliceName slice) {
        standstill.end(slice);
    }

    /**
     * How far the slice's feeds are behind, beyond what is usual.
     *
     * @param waiting changes at their sources, where they can be counted
     * @param lag of the slowest; zero when all of them keep up
     */
    public record Behind(long waiting, Duration lag) {}

    public Behind behind(SliceName slice) {
        long waiting = 0;
        Duration lag = Duration.ZERO;
        for (FeedStatus feed : statuses()) {
            Duration own = feed.lag().orElse(Duration.ZERO);
            if (feed.slice().equals(slice) && own.compareTo(USUAL_LAG) > 0) {
                waiting += feed.waiting().orElse(0);
                lag = own.compareTo(lag) > 0 ? own : lag;
            }
        }
        return new Behind(waiting, lag);
    }

    private static List<Runner> of(List<Runner> runners, SliceName slice, Side side) {
        return runners.stream()
                .filter(runner -> runner.slice().equals(slice) && runner.side() == side)
                .toList();
    }

    private static boolean through(List<Runner> feeds, Duration atMost) throws InterruptedException {
        List<CompletableFuture<Void>> fences = feeds.stream().map(Runner::fence).toList();
        try {
            CompletableFuture.allOf(fences.toArray(CompletableFuture[]::new))
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fence failed", e.getCause());
        } finally {
            fences.forEach(fence -> fence.cancel(false));
        }
    }

    /** What was taken and not said to be applied is taken again by the next process. */
    @Override
    public void close() {
        List<Thread> begun = threads.stream()
                .filter(thread -> thread.getState() != Thread.State.NEW)
                .toList();
        begun.forEach(Thread::interrupt);
        try {
            for (Thread thread : begun) {
                if (!thread.join(END)) {
                    LOG.warn("{} did not end within {} s", thread.getName(), END.toSeconds());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
