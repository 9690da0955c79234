package dev.bailey.datasync.backfill;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.Work;
import dev.bailey.datasync.pace.ChunkSize;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.BackfillSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Copies what the authority has to the follower, chunks of the key range side by side, up to a fence: the highest key when it
 * began. Resumable anywhere, throttled, beside live writes.
 *
 * <p>Why it ends equal although writes go on. Dual write has begun before the backfill does, so every write after that moment
 * is delivered by itself; the backfill owes only what was there before. A chunk is compared and only what differs is
 * written, so a chunk done twice (after a crash) does no harm. The one danger is that a document read at the authority is
 * overtaken by a newer one that a delivery puts at the follower, and then written over it. Two things undo that:
 *
 * <ol>
 *   <li>after its last write a chunk's range is read back at the follower, and {@link Refresh} is done with a key only when both
 *       sides read equal <em>after</em> its own last write, so an old state written over a newer one is seen and put right;
 *   <li>a delivery may replay a request over a state that already holds its effect. So every key of the chunk with a write
 *       under way, or one since the chunk's first read, is refreshed again after its writes were delivered, until no write
 *       fell into the refresh, or a bounded number of times. Entities that were never quiet are counted as unsettled: each has had a write after our last one, whose delivery comes
 *       after it, and the reconcile that follows looks at them too.
 * </ol>
 *
 * <p>Other nodes may carry parts in bulk before ({@link Helping}). Every part is copied here all the same, after the other node's
 * last write to it: so the two points above hold for what others wrote as well.
 */
public final class Backfill implements Work {

    private static final int FIRST_CHUNK = 500;
    private static final int SMALLEST_CHUNK = 20;
    private static final int LARGEST_CHUNK = 50_000;

    private final StorePair stores;
    private final Side authority;
    private final BackfillSpec spec;
    private final Refresh refresh;
    private final Quiet quiet;
    private final OptionalLong sourceRead;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final ChunkSize size;
    private final Board board;
    private final String shape;

    /**
     * @param stores with the source of the documents at the authority's side, which need not be the store that {@code refresh} reads
     * @param sourceRead since when writes may be missing in that source, by {@code quiet}'s clock; empty where they never are
     * @param board where parts are laid out for other nodes
     * @param shape see {@link Board.Part}
     */
    public Backfill(
            StorePair stores,
            Side authority,
            BackfillSpec spec,
            Refresh refresh,
            Quiet quiet,
            OptionalLong sourceRead,
            InstantSource clock,
            LongSupplier nanoTime,
            Pause pause,
            Board board,
            String shape) {
        this.board = board;
        this.shape = shape;
        this.stores = stores;
        this.authority = authority;
        this.spec = spec;
        this.refresh = refresh;
        this.quiet = quiet;
        this.sourceRead = sourceRead;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.size = new ChunkSize(FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK, spec.chunk());
    }

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        if (control.record().rateLimit().isEmpty()) {
            control.rate().limit(spec.ratePerSecond());
        }
        Retry retry = new Retry(pause, control::say);
        stores.begins();
        retry.of(stores::keyKind);
        Position kept =
                control.position().isPresent() ? Position.of(control.position().get()) : retry.of(() -> begin(control));
        Position position = new Position(kept.ledger().takenOver(), kept.total(), kept.soFar());
        Brakes brakes = new Brakes(stores, authority, spec, nanoTime, retry);
        Company company = new Company(board, nanoTime, retry);
        Shares shares = new Shares(
                stores.of(authority), size, retry, clock, () -> company.with(brakes.words()), control, position);
        Offers offers = new Offers(
                board,
                stores.of(authority.other()),
                shape,
                company,
                shares,
                brakes,
                spec,
                control,
                retry,
                nanoTime,
                pause);
        control.owes(!board.equals(Board.NONE));
        offers.begin();
        if (position.soFar().fenceKey().isEmpty()) {
            control.owes(false);
            shares.end();
            return "nothing to copy: " + authority.label() + " is empty";
        }
        work(control, retry, shares, offers, brakes);
        BackfillResult end = shares.end();
        return end.refused() == 0
                ? "copied " + end.written() + " of " + end.scanned() + others(end.byOthers())
                : end.refused() + " documents were refused by "
                        + authority.other().label() + first(end.refusals()) + "; mend that and run the backfill again";
    }

    private static String others(Map<String, Long> parts) {
        return parts.isEmpty()
                ? ""
                : new TreeMap<>(parts)
                        .entrySet().stream()
                                .map(node -> node.getKey() + " " + node.getValue())
                                .collect(Collectors.joining(", ", "; parts by other nodes: ", ""));
    }

    private String first(Map<String, String> refusals) {
        return refusals.entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .map(refusal ->
                        " (entity " + stores.shown(new EntityKey(refusal.getKey())) + ": " + refusal.getValue() + ")")
                .orElse("");
    }

    private Position begin(JobControl control) throws StoreException {
        Optional<EntityKey> last = stores.of(authority).last();
        long total = last.isPresent() ? stores.total(authority) : 0;
        BackfillResult begun = BackfillResult.begun(control.record().startedAt(), last.map(EntityKey::value));
        Ledger ledger = Ledger.from(Optional.empty());
        return new Position(last.isPresent() ? ledger : ledger.empty(), total, begun);
    }

    private void work(JobControl control, Retry retry, Shares shares, Offers offers, Brakes brakes)
            throws StoreException, InterruptedException {
        Reading reading = retry.of(
                () -> Reading.of(stores, stores.of(authority), stores.of(authority.other()), refresh::mayWrite));
        Chunk chunk = new Chunk(reading, authority, refresh, quiet, sourceRead);
        Copying copying = turn -> {
            long start = nanoTime.getAsLong();
            Chunk.Result result = retry.of(() -> chunk.copy(turn.claim().range()));
            long nanos = nanoTime.getAsLong() - start;
            if (!turn.wasLaidOut()) {
                size.took(result.scanned(), nanos);
            }
            shares.done(turn, result);
            offers.done(turn);
            Duration rest = brakes.after(turn.claim(), result, nanos, control, turn.wasLaidOut());
            if (!rest.isZero()) {
                offers.withhold();
                pause.of(rest);
            }
        };
        try {
            Crew.work(spec.workers(), () -> {
                for (Optional<Turn> next = offers.next(); next.isPresent(); next = offers.next()) {
                    copying.copy(next.get());
                }
            });
        } catch (StoreException | RuntimeException failed) {
            settle(control, offers, copying, failed);
            throw failed;
        }
        // Who is interrupted instead leaves them to the next one to go on, here or at another node.
        control.owes(false);
    }

    /** What is done with a part. */
    @FunctionalInterface
    private interface Copying {
        void copy(Turn turn) throws StoreException, InterruptedException;
    }

    /**
     * After a failure: waits for the other nodes, and copies what they may have written. Where that fails too, no more is copied,
     * but they are waited for all the same, and the job fails with what is left to do.
     */
    private void settle(JobControl control, Offers offers, Copying copying, Exception failed)
            throws StoreException, InterruptedException {
        Optional<Exception> left = Optional.empty();
        try {
            offers.end();
            for (Optional<Turn> next = offers.next(); next.isPresent(); next = offers.next()) {
                if (left.isEmpty()) {
                    left = failure(copying, next.get());
                }
            }
        } catch (StoreException | RuntimeException also) {
            left = Optional.of(left.orElse(also));
        }
        control.owes(left.isPresent());
        if (left.isPresent()) {
            throw owing(failed, left.get());
        }
    }

    private static Optional<Exception> failure(Copying copying, Turn turn) throws InterruptedException {
        try {
            copying.copy(turn);
            return Optional.empty();
        } catch (StoreException | RuntimeException failed) {
            return Optional.of(failed);
        }
    }

    private static StoreException owing(Exception failed, Exception also) {
        StoreException owing = new StoreException(
                failed.getMessage()
                        + "; parts that other nodes may have written are still to be looked at, of which older"
                        + " states may stand until then: " + also.getMessage(),
                failed);
        owing.addSuppressed(also);
        return owing;
    }
}
