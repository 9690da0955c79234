package dev.bailey.datasync.backfill;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.pace.ChunkSize;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** Deals out a backfill's parts and takes them back, keeping durably who has what and what is done. Thread-safe. */
final class Shares {

    /** Longer than a part takes with all its tries, so that nobody takes it from one who is still at it. */
    private static final Duration TERM = Duration.ofMinutes(10);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final EntityStore boundaries;
    private final ChunkSize size;
    private final Retry retry;
    private final InstantSource clock;
    private final Supplier<String> words;
    private final JobControl control;
    private final Set<Claim> held = new HashSet<>();
    private Position position;

    Shares(
            EntityStore boundaries,
            ChunkSize size,
            Retry retry,
            InstantSource clock,
            Supplier<String> words,
            JobControl control,
            Position position) {
        this.boundaries = boundaries;
        this.size = size;
        this.retry = retry;
        this.clock = clock;
        this.words = words;
        this.control = control;
        this.position = position;
    }

    /** A part to copy, this caller's for a term; empty when all are dealt out. */
    synchronized Optional<Claim> next() throws StoreException, InterruptedException {
        Optional<Claim> left = left();
        Ledger ledger = position.ledger();
        if (left.isPresent() || ledger.end()) {
            return left;
        }
        Optional<String> fence = position.soFar().fenceKey();
        Optional<EntityKey> cut = retry.of(() -> boundaries.nth(ledger.rest(fence), documents()));
        return Optional.of(claimed(ledger.cut(cut, fence, clock.instant().plus(TERM))));
    }

    /** A part that was claimed before and is nobody's now, this caller's for a term; empty where there is none. */
    synchronized Optional<Claim> left() {
        Ledger ledger = position.ledger();
        return ledger.free(clock.instant(), held)
                .map(free -> claimed(ledger.taken(free, clock.instant().plus(TERM))));
    }

    /** How many documents a part has now. A bounded speed is spread over the seconds, not spent in one go. */
    int documents() {
        return control.rate().atOnce(size.get());
    }

    private Claim claimed(Ledger ledger) {
        keep(new Position(ledger, position.total(), position.soFar()));
        held.add(ledger.last());
        return ledger.last();
    }

    /** The open claim on a part that an earlier run laid out, this caller's now; empty when it is not open. */
    synchronized Optional<Claim> adopted(Board.Part part) {
        Optional<Claim> claim = position.ledger().open().stream()
                .filter(open -> open.term() == part.term())
                .filter(open -> open.after().equals(part.after()) && open.upTo().equals(part.upTo()))
                .findFirst();
        claim.ifPresent(held::add);
        return claim;
    }

    /** Takes note of a part that is copied; nothing when its claim had passed to another, who will say it too. */
    synchronized void done(Turn turn, Chunk.Result result) {
        Claim claim = turn.claim();
        Ledger ledger = position.ledger();
        held.remove(claim);
        if (ledger.holds(claim)) {
            BackfillResult soFar = position.soFar().plus(result, turn.before());
            keep(new Position(ledger.finished(claim), position.total(), soFar));
        }
    }

    synchronized BackfillResult end() {
        long took =
                Duration.between(control.record().startedAt(), clock.instant()).toMillis();
        BackfillResult end =
                position.soFar().at(Math.max(0, took), position.ledger().isFinished());
        keep(new Position(position.ledger(), position.total(), end));
        return end;
    }

    private void keep(Position next) {
        control.checkpoint(new JobControl.Checkpoint(
                next.soFar().scanned(), next.total(), words.get(), next.kept(), JSON.valueToTree(next.soFar())));
        position = next;
    }
}
