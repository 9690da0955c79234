package dev.bailey.app.wiring;

import dev.bailey.control.api.FeedView;
import dev.bailey.control.api.FeedViews;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Progress;
import dev.bailey.control.state.StateDb;
import dev.bailey.datasync.feed.run.ChangeFeeds;
import dev.bailey.datasync.feed.run.FeedPorts;
import dev.bailey.datasync.feed.run.FeedState;
import dev.bailey.datasync.feed.run.FeedStatus;
import dev.bailey.datasync.feed.run.RogueWrite;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Joins the change feeds to the rest: what they need, what is shown and measured of them. */
record FeedAdapter(ChangeFeeds feeds, Supplier<MigrationSpec> spec) implements FeedViews {

    static FeedPorts ports(
            SnapshotHolder snapshots, StateDb state, Debts debts, Pending pending, Clock clock, RecordIds ids) {
        DebtBook book = new DebtBook(debts);
        Divergences divergences = new Divergences(state);
        return new FeedPorts(
                JobMemory.ofFeeds(new Progress(state)),
                (slice, key) -> Bailey.authority(snapshots.get(), slice, key),
                slice -> replicates(snapshots, slice),
                pending,
                book::oweReconcile,
                (slice, write) -> mended(divergences, slice, write),
                clock,
                System::nanoTime,
                Pause.SLEEP,
                ids::text);
    }

    private static boolean replicates(SnapshotHolder snapshots, SliceName slice) {
        return PhaseTable.row(snapshots.get().state(slice).phase()).replication() == Replication.FOLLOWER;
    }

    private static void mended(Divergences divergences, SliceName slice, RogueWrite write) {
        EntityKey key = new EntityKey(write.key());
        divergences.found(slice, key, Divergences.Kind.DIFFERENT, List.of(), write.found());
        divergences.settled(slice, key, Divergences.State.REPAIRED, write.found());
    }

    /** Registers what is measured of each feed. */
    static void measure(ChangeFeeds feeds, MeterRegistry meters) {
        for (FeedStatus feed : feeds.statuses()) {
            Tags tags = Tags.of("slice", feed.slice().value(), "feed", feed.name());
            gauge(
                    meters,
                    "bailey.feed.lag.seconds",
                    tags,
                    feeds,
                    feed,
                    now -> now.lag().map(FeedAdapter::seconds).orElse(0.0));
            gauge(
                    meters,
                    "bailey.feed.waiting",
                    tags,
                    feeds,
                    feed,
                    now -> now.waiting().orElse(0));
            gauge(
                    meters,
                    "bailey.feed.log.bytes",
                    tags,
                    feeds,
                    feed,
                    now -> now.logBytes().orElse(0));
            gauge(meters, "bailey.feed.failing", tags, feeds, feed, now -> now.state() == FeedState.FAILING ? 1 : 0);
            counter(meters, "bailey.feed.changes", tags, feeds, feed, FeedStatus::changes);
            counter(meters, "bailey.feed.written", tags, feeds, feed, FeedStatus::written);
            counter(meters, "bailey.feed.refused", tags, feeds, feed, FeedStatus::refused);
            counter(meters, "bailey.feed.rogue", tags, feeds, feed, FeedStatus::rogues);
            counter(meters, "bailey.feed.lost", tags, feeds, feed, FeedStatus::lost);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static void gauge(
            MeterRegistry meters,
            String name,
            Tags tags,
            ChangeFeeds feeds,
            FeedStatus of,
            ToDoubleFunction<FeedStatus> figure) {
        Gauge.builder(name, feeds, all -> figure(all, of, figure)).tags(tags).register(meters);
    }

    private static void counter(
            MeterRegistry meters,
            String name,
            Tags tags,
            ChangeFeeds feeds,
            FeedStatus of,
            ToDoubleFunction<FeedStatus> figure) {
        FunctionCounter.builder(name, feeds, all -> figure(all, of, figure))
                .tags(tags)
                .register(meters);
    }

    private static double figure(ChangeFeeds feeds, FeedStatus of, ToDoubleFunction<FeedStatus> figure) {
        return feeds.statuses().stream()
                .filter(now -> now.slice().equals(of.slice()) && now.name().equals(of.name()))
                .findFirst()
                .map(figure::applyAsDouble)
                .orElse(0.0);
    }

    @Override
    public List<FeedView> feeds(Optional<String> slice) {
        return feeds.statuses().stream()
                .filter(feed ->
                        slice.isEmpty() || slice.get().equals(feed.slice().value()))
                .map(this::view)
                .toList();
    }

    private FeedView view(FeedStatus feed) {
        return new FeedView(
                feed.slice().value(),
                feed.name(),
                feed.kind(),
                feed.side().label(),
                FeedView.State.valueOf(feed.state().name()),
                feed.since(),
                feed.message(),
                feed.lag().map(lag -> OptionalLong.of(lag.toMillis())).orElse(OptionalLong.empty()),
                feed.waiting(),
                feed.logBytes(),
                feed.changes(),
                feed.written(),
                feed.refused(),
                feed.rogues(),
                feed.lastRogues().stream()
                        .map(write -> new FeedView.Rogue(
                                ShownKey.of(spec.get(), feed.slice(), new EntityKey(write.key())),
                                write.found(),
                                write.table(),
                                write.transaction(),
                                write.at(),
                                write.by()))
                        .toList(),
                feed.lost());
    }
}
