package dev.bailey.datasync.backfill;

import dev.bailey.datasync.backfill.Board.Part;
import dev.bailey.datasync.backfill.Board.Standing;
import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.BackfillSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Deals parts to the workers of the node that runs the backfill, and lays others out for other nodes. A part that was laid out
 * comes to one of these workers all the same, once nobody else is at it: what another node wrote is not trusted, it only leaves
 * less to write. So nothing that happens to the other node matters, as long as it writes nothing after that. Thread-safe.
 */
final class Offers {

    /** Parts laid out at a time, however many nodes there are. */
    private static final int MOST = 16;

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** How long an offer outlives the last look, beside the time of two parts: none is taken long after a pause, or the end. */
    private static final Duration LAPSE = Duration.ofSeconds(2);

    /** Whoever has a part has let its time run out by then. */
    private static final Duration CLEARED_WITHIN = Helping.TERM.multipliedBy(2);

    private final Board board;
    private final EntityStore follower;
    private final String shape;
    private final Company company;
    private final Shares shares;
    private final Brakes brakes;
    private final JobControl control;
    private final Retry retry;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final int toEachNode;
    private final Duration lapse;
    private final Map<Part, Claim> out = new LinkedHashMap<>();
    private final Deque<Turn> in = new ArrayDeque<>();
    private long looked;
    private boolean allDealt;

    Offers(
            Board board,
            EntityStore follower,
            String shape,
            Company company,
            Shares shares,
            Brakes brakes,
            BackfillSpec spec,
            JobControl control,
            Retry retry,
            LongSupplier nanoTime,
            Pause pause) {
        this.board = board;
        this.follower = follower;
        this.shape = shape;
        this.company = company;
        this.shares = shares;
        this.brakes = brakes;
        this.control = control;
        this.retry = retry;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.toEachNode = spec.workers();
        this.lapse = LAPSE.plus(spec.chunk().multipliedBy(2));
    }

    /** Takes over what an earlier run laid out; waits for the end of what belongs to none of this run's claims. */
    synchronized void begin() throws StoreException, InterruptedException {
        for (Standing standing : retry.of(() -> board.look(control.record().slice(), lapse))) {
            Part part = standing.part();
            Optional<Claim> claim =
                    part.equals(part(part.term(), part.after(), part.upTo())) ? shares.adopted(part) : Optional.empty();
            if (claim.isPresent()) {
                out.put(part, claim.get());
            } else {
                takenIn(part);
            }
        }
        looked = nanoTime.getAsLong();
    }

    private Part part(long term, Optional<String> after, Optional<String> upTo) {
        return new Part(control.record().slice(), control.record().id(), shape, term, after, upTo);
    }

    /** A part for the caller; empty when there is none left or the job is to end. Waits while other nodes have the last ones. */
    Optional<Turn> next() throws StoreException, InterruptedException {
        while (control.mayGoOn()) {
            control.rate().spend(layOut());
            Optional<Turn> turn = turn();
            if (turn.isPresent() || isAllIn()) {
                return turn;
            }
            pause.of(LOOK_EVERY);
        }
        return Optional.empty();
    }

    private synchronized boolean isAllIn() {
        return out.isEmpty() && in.isEmpty();
    }

    /** How many documents were laid out: they count for the job's rate now, whoever copies them. */
    private synchronized long layOut() throws StoreException, InterruptedException {
        look();
        int most = Math.min(MOST, company.others() * toEachNode);
        long documents = 0;
        while (out.size() < most && !allDealt && brakes.areOff()) {
            Optional<Claim> claim = shares.next();
            if (claim.isEmpty()) {
                break;
            }
            Part part =
                    part(claim.get().term(), claim.get().after(), claim.get().upTo());
            retry.of(() -> {
                board.offer(part, lapse);
                return part;
            });
            out.put(part, claim.get());
            documents += shares.documents();
            if (control.rate().limit() > 0) {
                break;
            }
        }
        return documents;
    }

    private synchronized Optional<Turn> turn() throws StoreException, InterruptedException {
        if (in.isEmpty()) {
            Optional<Claim> claim = shares.next();
            if (claim.isPresent()) {
                return Optional.of(new Turn(claim.get(), Optional.empty()));
            }
            if (!allDealt) {
                allDealt = true;
                looked -= LOOK_EVERY.toNanos();
            }
            look();
        }
        return Optional.ofNullable(in.poll());
    }

    /** Takes in what others are done with; when nothing else is left to deal, what nobody has taken too. */
    private void look() throws StoreException, InterruptedException {
        long now = nanoTime.getAsLong();
        if (out.isEmpty() || now - looked < LOOK_EVERY.toNanos()) {
            return;
        }
        looked = now;
        // What may not be taken now is not taken away: it may be again in a moment.
        Duration lasts = brakes.areOff() ? lapse : Duration.ZERO;
        for (Standing standing : retry.of(() -> board.look(control.record().slice(), lasts))) {
            boolean due = switch (standing.state()) {
                case COPIED, LEFT -> true;
                case OFFERED -> allDealt;
                case HELD -> false;
            };
            Claim claim = out.get(standing.part());
            if (due && claim != null) {
                Optional<Standing> was = take(standing.part());
                if (was.isPresent()) {
                    out.remove(standing.part());
                    in.add(new Turn(claim, was));
                }
            }
        }
    }

    /** Nobody waits for what one whose time is over may still have begun. */
    private Optional<Standing> take(Part part) throws StoreException, InterruptedException {
        Optional<Standing> was = retry.of(() -> board.take(part));
        if (was.isPresent() && was.get().state() == Board.State.LEFT) {
            retry.of(() -> {
                follower.endTimed(part.name());
                return part;
            });
        }
        return was;
    }

    /** Takes in whatever still lies out: after this no other node writes anything of this backfill. */
    synchronized void end() throws StoreException, InterruptedException {
        for (Part part : List.copyOf(out.keySet())) {
            takenIn(part);
            out.remove(part);
        }
    }

    private void takenIn(Part part) throws StoreException, InterruptedException {
        long start = nanoTime.getAsLong();
        while (take(part).isEmpty()) {
            if (nanoTime.getAsLong() - start > CLEARED_WITHIN.toNanos()) {
                throw new StoreException("slice " + part.slice() + ": another node is still at a part of "
                        + part.job() + " after " + CLEARED_WITHIN.toSeconds()
                        + " s (expected at most " + Helping.TERM.toSeconds() + " s); `bailey nodes` shows them");
            }
            pause.of(LOOK_EVERY);
        }
    }
}
