package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.DataPorts;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What feeds need of the others.
 *
 * @param memory where each feed stands, durable when saved
 * @param authority which side owns an entity now
 * @param replicates whether a slice's writes are carried to the other side where it stands now
 * @param nanoTime the same clock {@link Pending} counts by
 * @param ids a fresh, unique text at each call
 */
public record FeedPorts(
        Progress memory,
        DataPorts.Authority authority,
        Predicate<SliceName> replicates,
        Pending pending,
        Owing owing,
        RogueBook rogues,
        InstantSource clock,
        LongSupplier nanoTime,
        Pause pause,
        Supplier<String> ids) {

    /** Writes down that a slice owes a full reconcile begun after a moment; false when that could not be made durable. */
    @FunctionalInterface
    public interface Owing {
        boolean owe(SliceName slice, Instant since, String reason);
    }

    /** Told of each rogue write, once it is mended. */
    @FunctionalInterface
    public interface RogueBook {
        void mended(SliceName slice, RogueWrite write);
    }
}
