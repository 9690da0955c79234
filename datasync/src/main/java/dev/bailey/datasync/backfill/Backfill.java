package dev.bailey.datasync.backfill;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.Work;
import dev.bailey.datasync.pace.ChunkSize;
import dev.bailey.datasync.pace.ChunkWalk;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.pace.Throttle;
import dev.bailey.datasync.refresh.Copied;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Copies what the authority has to the follower, chunk by chunk in key order, up to a fence: the highest key when it began.
 * Resumable, throttled, beside live writes.
 *
 * <p>Why it ends equal although writes go on. Dual write has begun before the backfill does, so every write after that moment
 * is delivered by itself; the backfill owes only what was there before. A chunk is compared and only what differs is
 * refreshed, so a chunk done twice (after a crash) does no harm. The one danger is that a document read at the authority is
 * overtaken by a newer one that a delivery puts at the follower, and then written over it. Two things undo that:
 *
 * <ol>
 *   <li>{@link Refresh} is done with a key only when both sides read equal <em>after</em> its own last write, so an old
 *       state it wrote over a newer one is seen and put right;
 *   <li>a delivery may replay a request over a state that already holds its effect. So every key of the chunk with a write
 *       under way, or one since the chunk's first read, is refreshed again after its writes were delivered, until no write
 *       fell into the refresh, or a bounded number of times. Entities that were never quiet are counted as unsettled: each has had a write after our last one, whose delivery comes
 *       after it, and the reconcile that follows looks at them too.
 * </ol>
 */
public final class Backfill implements Work {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int WORKERS = 2;
    private static final int RECHECKS = 5;
    private static final int FIRST_CHUNK = 200;
    private static final int SMALLEST_CHUNK = 20;
    private static final int LARGEST_CHUNK = 5_000;
    private static final Duration DELIVERY_WAIT = Duration.ofSeconds(5);

    private final StorePair stores;
    private final Side authority;
    private final Refresh refresh;
    private final Quiet quiet;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final Throttle throttle = new Throttle();

    public Backfill(
            StorePair stores,
            Side authority,
            Refresh refresh,
            Quiet quiet,
            InstantSource clock,
            LongSupplier nanoTime,
            Pause pause) {
        this.stores = stores;
        this.authority = authority;
        this.refresh = refresh;
        this.quiet = quiet;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** Where a backfill goes on. */
    private record Position(Optional<String> after, long total, BackfillResult soFar) {}

    private record ChunkResult(long scanned, Copied copied, long unsettled, long nanos) {}

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        new Retry(pause).of(stores::keyKind);
        Position position = control.position()
                .map(kept -> JSON.treeToValue(kept, Position.class))
                .orElse(null);
        if (position == null) {
            position = begin(control);
        }
        if (position.soFar.fenceKey().isEmpty()) {
            save(control, new Position(Optional.empty(), 0, position.soFar.at(0, true)), "done");
            return "nothing to copy: " + authority.label() + " is empty";
        }
        return walk(control, position);
    }

    private Position begin(JobControl control) throws StoreException {
        Optional<EntityKey> last = stores.of(authority).last();
        long total = last.isPresent() ? stores.of(authority).count(KeyRange.ALL) : 0;
        BackfillResult begun = BackfillResult.begun(control.record().startedAt(), last.map(EntityKey::value));
        Position position = new Position(Optional.empty(), total, begun);
        save(control, position, "copying");
        return position;
    }

    private String walk(JobControl control, Position from) throws StoreException, InterruptedException {
        KeyRange range = new KeyRange(
                from.after.map(EntityKey::new), from.soFar.fenceKey().map(EntityKey::new));
        ChunkWalk<ChunkResult> walk = new ChunkWalk<>(
                stores.of(authority),
                new ChunkSize(FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK),
                WORKERS,
                nanoTime,
                pause);
        Progressing progressing = new Progressing(from);
        boolean reached = control.mayGoOn()
                && walk.walk(range, this::chunk, (done, result) -> {
                    progressing.take(done, result);
                    save(control, progressing.position, "copying");
                    control.rate().spend(result.scanned);
                    pause.of(throttle.after(result.nanos));
                    return control.mayGoOn();
                });
        BackfillResult end = progressing.position.soFar.at(
                Duration.between(control.record().startedAt(), clock.instant()).toMillis(), reached);
        save(control, new Position(progressing.position.after, progressing.position.total, end), "copying");
        return end.refused() == 0
                ? "copied " + end.written() + " of " + end.scanned()
                : end.refused() + " documents were refused by "
                        + authority.other().label() + "; mend what the reasons name and run the backfill again";
    }

    /** The position after the last chunk done. */
    private static final class Progressing {
        private Position position;

        Progressing(Position position) {
            this.position = position;
        }

        void take(KeyRange range, ChunkResult result) {
            Optional<String> after = range.upTo().map(EntityKey::value).or(() -> position.after);
            position = new Position(
                    after, position.total, position.soFar.plus(result.scanned, result.copied, result.unsettled));
        }
    }

    private static void save(JobControl control, Position position, String message) {
        JsonNode at = JSON.valueToTree(position);
        control.checkpoint(new JobControl.Checkpoint(
                position.soFar.scanned(), position.total, message, at, JSON.valueToTree(position.soFar)));
    }

    private ChunkResult chunk(KeyRange range) throws StoreException, InterruptedException {
        long start = quiet.now();
        // The follower first, as in a refresh: what it has and the authority, asked later, has not, is gone.
        Map<EntityKey, Long> held = stores.of(authority.other()).digests(range);
        Map<EntityKey, Long> wanted = wanted(range);
        Set<EntityKey> all = new TreeSet<>(held.keySet());
        all.addAll(wanted.keySet());
        List<EntityKey> differing = all.stream()
                .filter(key -> !same(wanted.get(key), held.get(key)))
                .toList();
        Copied copied = refresh.copy(authority, differing);
        List<EntityKey> restless = quiet.restless(all, start);
        for (int i = 0; i < RECHECKS && !restless.isEmpty(); i++) {
            quiet.awaitDelivered(restless, DELIVERY_WAIT);
            long again = quiet.now();
            copied = copied.then(refresh.copy(authority, restless));
            restless = quiet.restless(restless, again);
        }
        Set<EntityKey> unsettled = restless.stream().collect(Collectors.toSet());
        unsettled.addAll(copied.changedAgain());
        return new ChunkResult(wanted.size(), copied, unsettled.size(), quiet.now() - start);
    }

    private static boolean same(@org.jspecify.annotations.Nullable Long a, @org.jspecify.annotations.Nullable Long b) {
        return a != null && a.equals(b);
    }

    private Map<EntityKey, Long> wanted(KeyRange range) throws StoreException {
        EntityStore from = stores.of(authority);
        long start = nanoTime.getAsLong();
        Map<EntityKey, Long> digests = from.digests(range);
        throttle.read(digests.size(), nanoTime.getAsLong() - start);
        return digests;
    }
}
