package dev.bailey.datasync;

import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the data plane needs of the others.
 *
 * @param authority which side owns an entity now
 * @param recent what was written lately, for reconciles that are spread over a time
 * @param nanoTime the same clock {@link Pending} counts by
 * @param ids a fresh, unique text at each call
 * @param folder where states are kept that were folded from logs
 * @param board where parts of backfills are laid out for other nodes
 */
public record DataPorts(
        Progress progress,
        Pending pending,
        Exclusion exclusion,
        Authority authority,
        RecentWrites recent,
        InstantSource clock,
        LongSupplier nanoTime,
        Supplier<String> ids,
        Path folder,
        Board board) {

    /** Of a process that has no others beside it. */
    public DataPorts(
            Progress progress,
            Pending pending,
            Exclusion exclusion,
            Authority authority,
            RecentWrites recent,
            InstantSource clock,
            LongSupplier nanoTime,
            Supplier<String> ids,
            Path folder) {
        this(progress, pending, exclusion, authority, recent, clock, nanoTime, ids, folder, Board.NONE);
    }

    /** Which side owns the writes of an entity; it may differ from key to key while a ramp is under way. */
    @FunctionalInterface
    public interface Authority {
        Side of(SliceName slice, EntityKey key);
    }
}
