package dev.bailey.control.handover;

import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;

/** How the writes before a handover are brought to the other side. */
sealed interface Carry {

    /** What can be done while writes still flow; why the handover cannot go on, or empty. */
    Optional<String> ahead(Writes writes, SliceName slice) throws InterruptedException;

    /** What is left, while writes are held; why the handover cannot go on, or empty. */
    Optional<String> rest(Writes writes, SliceName slice, Duration atMost) throws InterruptedException;

    /** Replication runs: a fence in the journal shows that everything before it has been delivered. */
    record ByFence() implements Carry {

        @Override
        public Optional<String> ahead(Writes writes, SliceName slice) {
            return Optional.empty();
        }

        @Override
        public Optional<String> rest(Writes writes, SliceName slice, Duration atMost) throws InterruptedException {
            return writes.awaitFence(slice, atMost)
                    ? Optional.empty()
                    : Optional.of("the writes before the fence were not delivered in " + atMost.toMillis()
                            + " ms (expected within the stall budget); look at the backlog, then try again");
        }
    }

    /**
     * The gap is replayed: in the background until few records are left, the rest while writes are held.
     *
     * @param nearlyEmpty how many may be left for the hold
     * @param passes over the gap before it gives up
     * @param left told how many records are left
     */
    record ByGapReplay(long nearlyEmpty, int passes, LongConsumer left) implements Carry {

        /** The longest that one pass may take; what it has not carried by then is the next one's. */
        private static final Duration PASS = Duration.ofHours(6);

        @Override
        public Optional<String> ahead(Writes writes, SliceName slice) throws InterruptedException {
            long remaining = Long.MAX_VALUE;
            for (int pass = 0; pass < passes && remaining > nearlyEmpty; pass++) {
                remaining = writes.deliverGap(slice, PASS, left);
            }
            return remaining <= nearlyEmpty
                    ? Optional.empty()
                    : Optional.of(remaining + " writes are left in the gap after " + passes
                            + " passes (expected at most " + nearlyEmpty
                            + "); legacy takes them too slowly or refuses them, look at the journal");
        }

        @Override
        public Optional<String> rest(Writes writes, SliceName slice, Duration atMost) throws InterruptedException {
            long remaining = writes.deliverGap(slice, atMost, left);
            return remaining == 0
                    ? Optional.empty()
                    : Optional.of(remaining + " writes are left in the gap while writes are held (expected 0 in "
                            + atMost.toMillis()
                            + " ms, within the stall budget); legacy takes them too slowly or refuses them,"
                            + " look at the journal, then try again");
        }
    }
}
