package dev.bailey.datasync.backfill;

import dev.bailey.datasync.backfill.Board.Part;
import dev.bailey.datasync.backfill.Board.Standing;
import dev.bailey.datasync.backfill.Board.State;
import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.JobControl.Order;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.BackfillSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

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
    /** What others may have written, and is to be copied whatever the job is to do. */
    private final Deque<Turn> in = new ArrayDeque<>();

    /** Of that, what is not copied yet; also what a worker has. */
    private final Set<Turn> owed = new LinkedHashSet<>();

    /** What nobody took. */
    private final Deque<Turn> unwanted = new ArrayDeque<>();

    private long looked;
    private OptionalLong endsSince = OptionalLong.empty();
    private boolean allDealt;
    private volatile boolean ending;

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

    /**
     * Takes over what an earlier run laid out; waits for the end of what belongs to none of this run's claims. Any other part that
     * is open may have been taken in by the earlier run, and not been copied.
     */
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
        if (!board.equals(Board.NONE)) {
            for (Optional<Claim> left = shares.left(); left.isPresent(); left = shares.left()) {
                Part part =
                        part(left.get().term(), left.get().after(), left.get().upTo());
                cameBack(new Turn(left.get(), Optional.of(new Standing(part, State.LEFT, Optional.empty(), 0))));
            }
        }
        looked = nanoTime.getAsLong();
    }

    private Part part(long term, Optional<String> after, Optional<String> upTo) {
        return new Part(control.record().slice(), control.record().id(), shape, term, after, upTo);
    }

    /**
     * A part for the caller; empty when there is none left or the job is to end. Waits while other nodes have the last ones. What
     * they have written is dealt first, also while nothing else is: while the job is held back, paused, or to end.
     */
    Optional<Turn> next() throws StoreException, InterruptedException {
        while (true) {
            Order order = order();
            Optional<Turn> back = back(order);
            if (back.isPresent()) {
                return back;
            }
            switch (order) {
                case GO_ON -> {
                    if (!brakes.isHeldBack(control) && control.rate().spend(layOut(), () -> order() == Order.GO_ON)) {
                        Optional<Turn> turn = turn();
                        if (turn.isPresent() || isAllDone()) {
                            return turn;
                        }
                    }
                }
                case REST -> {
                    if (isAllIn() && !control.mayGoOn()) {
                        return Optional.empty();
                    }
                }
                case END -> {
                    if (isAllIn()) {
                        return Optional.empty();
                    }
                    expectEnd();
                }
            }
            pause.of(LOOK_EVERY);
        }
    }

    private Order order() {
        return ending ? Order.END : control.order();
    }

    private synchronized boolean isAllIn() {
        return out.isEmpty() && in.isEmpty();
    }

    private synchronized boolean isAllDone() {
        return isAllIn() && unwanted.isEmpty();
    }

    private synchronized void expectEnd() throws StoreException {
        long now = nanoTime.getAsLong();
        if (endsSince.isEmpty()) {
            endsSince = OptionalLong.of(now);
        }
        if (!out.isEmpty() && now - endsSince.getAsLong() > CLEARED_WITHIN.toNanos()) {
            throw stillHeld(out.keySet().iterator().next());
        }
    }

    private synchronized Optional<Turn> back(Order order) throws StoreException, InterruptedException {
        look(order);
        return Optional.ofNullable(in.poll());
    }

    /** Lets nobody take what is laid out, from now on for as long as the brakes are on: whoever would look next is about to rest. */
    synchronized void withhold() throws StoreException, InterruptedException {
        looked = nanoTime.getAsLong() - LOOK_EVERY.toNanos();
        look(Order.GO_ON);
    }

    private void cameBack(Turn turn) {
        in.add(turn);
        owed.add(turn);
    }

    /** Takes note that a part is copied. */
    synchronized void done(Turn turn) {
        owed.remove(turn);
    }

    /**
     * From now on nothing is dealt but what other nodes may have written, all of it that is not copied yet; when {@link #next}
     * says that there is none left, no other node writes anything of this backfill. To be called when nobody has a part.
     */
    synchronized void end() {
        ending = true;
        endsSince = OptionalLong.empty();
        owed.stream().filter(turn -> !in.contains(turn)).forEach(in::add);
    }

    /** How many documents were laid out: they count for the job's rate now, whoever copies them. */
    private synchronized long layOut() throws StoreException, InterruptedException {
        int most = Math.min(MOST, company.others() * toEachNode);
        long documents = 0;
        while (out.size() < most && !allDealt && brakes.areOff()) {
            Optional<Claim> claim = shares.next();
            if (claim.isEmpty()) {
                break;
            }
            Part part =
                    part(claim.get().term(), claim.get().after(), claim.get().upTo());
            // Before: one of which nobody knows whether it lies there is looked after as if it did.
            out.put(part, claim.get());
            retry.of(() -> {
                board.offer(part, lapse);
                return part;
            });
            documents += shares.documents();
            if (control.rate().limit() > 0) {
                break;
            }
        }
        return documents;
    }

    private synchronized Optional<Turn> turn() throws StoreException, InterruptedException {
        if (in.isEmpty() && unwanted.isEmpty()) {
            Optional<Claim> claim = shares.next();
            if (claim.isPresent()) {
                return Optional.of(new Turn(claim.get(), Optional.empty()));
            }
            if (!allDealt) {
                allDealt = true;
                looked -= LOOK_EVERY.toNanos();
            }
            look(Order.GO_ON);
        }
        return Optional.ofNullable(in.isEmpty() ? unwanted.poll() : in.poll());
    }

    /** Takes in what others are done with; what nobody has taken too, when nothing else is left to deal or nothing may be. */
    private void look(Order order) throws StoreException, InterruptedException {
        long now = nanoTime.getAsLong();
        if (out.isEmpty() || now - looked < LOOK_EVERY.toNanos()) {
            return;
        }
        looked = now;
        // What may not be taken for a moment is not taken away.
        Duration lasts = order == Order.GO_ON && brakes.areOff() ? lapse : Duration.ZERO;
        Map<Part, State> states = retry.of(() -> board.look(control.record().slice(), lasts)).stream()
                .collect(Collectors.toMap(Standing::part, Standing::state));
        for (Map.Entry<Part, Claim> laid : List.copyOf(out.entrySet())) {
            boolean due = switch (states.getOrDefault(laid.getKey(), State.LEFT)) {
                case COPIED, LEFT -> true;
                case OFFERED -> allDealt || order != Order.GO_ON;
                case HELD -> false;
            };
            if (due) {
                takeIn(laid.getKey(), laid.getValue());
            }
        }
    }

    private void takeIn(Part part, Claim claim) throws StoreException, InterruptedException {
        Optional<Standing> was = take(part);
        if (was.isEmpty()) {
            return;
        }
        out.remove(part);
        Turn turn = new Turn(claim, was);
        if (was.get().state() == State.OFFERED) {
            unwanted.add(turn);
        } else {
            cameBack(turn);
        }
    }

    /** Nobody waits for what one whose time is over may still have begun. */
    private Optional<Standing> take(Part part) throws StoreException, InterruptedException {
        Optional<Standing> was = retry.of(() -> board.take(part));
        if (was.isPresent() && was.get().state() == State.LEFT) {
            retry.of(() -> {
                follower.endTimed(part.name());
                return part;
            });
        }
        return was;
    }

    private void takenIn(Part part) throws StoreException, InterruptedException {
        long start = nanoTime.getAsLong();
        while (take(part).isEmpty()) {
            if (nanoTime.getAsLong() - start > CLEARED_WITHIN.toNanos()) {
                throw stillHeld(part);
            }
            pause.of(LOOK_EVERY);
        }
    }

    private static StoreException stillHeld(Part part) {
        return new StoreException("slice " + part.slice() + ": another node is still at a part of " + part.job()
                + " after " + CLEARED_WITHIN.toSeconds() + " s (expected at most " + Helping.TERM.toSeconds()
                + " s); `bailey nodes` shows them");
    }
}
