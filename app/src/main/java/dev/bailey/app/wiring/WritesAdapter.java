package dev.bailey.app.wiring;

import dev.bailey.control.handover.Writes;
import dev.bailey.datasync.feed.run.ChangeFeeds;
import dev.bailey.gateway.dualwrite.GapDelivery;
import dev.bailey.gateway.dualwrite.WriteControl;
import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalStats;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** The write path as the control plane sees it; what is changed past the gateway is a part of it. */
record WritesAdapter(
        WriteControl writes, Journal journal, ChangeFeeds feeds, Supplier<MigrationSpec> spec, InstantSource clock)
        implements Writes {

    @Override
    public void hold(SliceState prepared) {
        writes.hold(prepared);
    }

    @Override
    public boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException {
        return writes.awaitQuiet(slice, atMost);
    }

    @Override
    public boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException {
        Instant end = clock.instant().plus(atMost);
        if (!writes.awaitFence(slice, atMost)) {
            return false;
        }
        Duration left = Duration.between(clock.instant(), end);
        return feeds.awaitFence(slice, left.isNegative() ? Duration.ZERO : left);
    }

    @Override
    public void release(SliceName slice) {
        feeds.goOn(slice);
        writes.release(slice);
    }

    @Override
    public int held(SliceName slice) {
        return writes.held(slice);
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return writes.recentKeys(slice, since, limit);
    }

    @Override
    public boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException {
        return writes.awaitOlderWrites(slice, atMost);
    }

    @Override
    public boolean retry(RecordId id) {
        return writes.retry(id);
    }

    @Override
    public int unpark(SliceName slice, EntityKey entity) {
        return JournalledKeys.found(journal, spec.get(), Optional.of(slice), Set.of(RecordState.PARKED), entity)
                .map(key -> writes.unpark(slice, key))
                .orElse(0);
    }

    @Override
    public Backlog backlog(SliceName slice) {
        JournalStats stats = journal.stats(slice);
        Duration oldest = stats.oldestUndelivered()
                .map(since -> Duration.between(since, clock.instant()))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO);
        ChangeFeeds.Behind behind = feeds.behind(slice);
        return new Backlog(
                stats.undelivered() + behind.waiting(),
                stats.unknown(),
                stats.parked(),
                stats.gap(),
                behind.lag().compareTo(oldest) > 0 ? behind.lag() : oldest);
    }

    @Override
    public long deliverGap(SliceName slice, Duration atMost, LongConsumer left) throws InterruptedException {
        long before = journal.stats(slice).gap();
        GapDelivery carried =
                writes.deliverGap(slice, Side.MODERN, atMost, done -> left.accept(Math.max(0, before - done)));
        return switch (carried) {
            case GapDelivery.Carried _, GapDelivery.StillGrowing _ ->
                journal.stats(slice).gap();
            case GapDelivery.OutOfTime _ -> Math.max(1, journal.stats(slice).gap());
            case GapDelivery.Refused refused ->
                throw new IllegalStateException("legacy refuses entity " + ShownKey.of(spec.get(), slice, refused.key())
                        + ": " + refused.reason());
            case GapDelivery.Unavailable unavailable -> throw new IllegalStateException(unavailable.reason());
        };
    }
}
