package dev.bailey.app.wiring;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The bounds on time when the lead goes from one life to another. Thread-safe.
 *
 * <pre>
 * All are counted in lengths of a life's time. Whoever led notices within one that its lead does not last, and renews its time
 * no more; that is over within another. Who takes the lead may have to let one pass first, after its own time had lapsed, as that
 * of the others may have with it. So it is alone within {@link #LONGEST}, or something is wrong that only an operator can know.
 * </pre>
 */
final class ChangeOfLead {

    /** Lengths of a life's time: three as above, and one for the store to answer. */
    static final int LONGEST = 4;

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Duration length;
    private final LongSupplier nanoTime;
    private final Looks looks;

    /** The term of this life's time that was last seen, and until when others are given time to renew theirs. */
    private OptionalLong seen;

    private long graceUntil;

    /** When the lead was last seen to last, or nobody could expect it to. */
    private long leadLasted;

    /** @param term of this life's time, which has not lapsed so far */
    ChangeOfLead(Duration length, OptionalLong term, LongSupplier nanoTime, Looks.Pause pause) {
        this.length = length;
        this.nanoTime = nanoTime;
        this.looks = new Looks(LOOK_EVERY, nanoTime, pause);
        this.seen = term;
        this.graceUntil = nanoTime.getAsLong();
        this.leadLasted = nanoTime.getAsLong();
    }

    /**
     * Whether this life's time has lapsed, now or lately: so may that of the others, who are given time to renew theirs before
     * they are expelled or the lead is taken.
     *
     * @param term of its time; empty when that is over
     */
    synchronized boolean isGrace(OptionalLong term) {
        if (term.isPresent() && !term.equals(seen)) {
            seen = term;
            graceUntil = nanoTime.getAsLong() + length.toNanos();
        }
        return term.isEmpty() || nanoTime.getAsLong() - graceUntil < 0;
    }

    /** The store does not answer, or has not for a while: nobody could renew a lead. */
    synchronized void excuse() {
        leadLasted = nanoTime.getAsLong();
    }

    /**
     * Whether a life must end for its lead, which is not renewed although the store answers: another must be able to lead.
     *
     * @param leads whether it does
     * @param lasts whether its lead lasts now
     */
    synchronized boolean mustEnd(boolean leads, boolean lasts) {
        if (!leads || lasts) {
            leadLasted = nanoTime.getAsLong();
        }
        return nanoTime.getAsLong() - leadLasted > length.toNanos();
    }

    /**
     * Looks again and again until nobody else leads.
     *
     * @param others who else does
     * @throws IllegalStateException with a message for the user when that takes longer than anybody may need
     */
    void await(Supplier<List<String>> others) throws InterruptedException {
        Duration longest = length.multipliedBy(LONGEST);
        AtomicReference<List<String>> leading = new AtomicReference<>(List.of());
        boolean alone = looks.until(longest, () -> {
                    leading.set(others.get());
                    return leading.get().isEmpty() ? Optional.of(true) : Optional.empty();
                })
                .isPresent();
        if (!alone) {
            throw new IllegalStateException("node " + leading + " led before and does not end (expected within "
                    + longest.toSeconds() + " s); stop it, or say that it is gone"
                    + " with: bailey nodes FILE --remove NAME --reason TEXT");
        }
    }
}
