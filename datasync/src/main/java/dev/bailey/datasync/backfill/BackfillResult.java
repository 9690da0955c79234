package dev.bailey.datasync.backfill;

import dev.bailey.datasync.refresh.Copied;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a backfill did.
 *
 * @param scanned documents of the authority it went through
 * @param written documents it wrote at the follower; {@code deleted} those it removed there
 * @param refused documents the follower would not have
 * @param unsettled entities that were being written all the while; their deliveries carry them
 * @param refusals the first 100 refused keys with their reasons
 * @param fenceKey the authority's highest key at {@code startedAt}: what came later is carried by dual write
 * @param complete it reached its fence and nothing was refused
 */
public record BackfillResult(
        long scanned,
        long written,
        long deleted,
        long refused,
        long unsettled,
        Map<String, String> refusals,
        Optional<String> fenceKey,
        Instant startedAt,
        long durationMs,
        boolean complete) {

    private static final int REFUSALS_KEPT = 100;

    public BackfillResult {
        refusals = Map.copyOf(refusals);
    }

    static BackfillResult begun(Instant startedAt, Optional<String> fenceKey) {
        return new BackfillResult(0, 0, 0, 0, 0, Map.of(), fenceKey, startedAt, 0, false);
    }

    BackfillResult plus(long more, Copied copied, long moreUnsettled) {
        Map<String, String> kept = new TreeMap<>(refusals);
        copied.refused().forEach((key, reason) -> {
            if (kept.size() < REFUSALS_KEPT) {
                kept.put(key.value(), reason);
            }
        });
        return new BackfillResult(
                scanned + more,
                written + copied.written().size(),
                deleted + copied.deleted().size(),
                refused + copied.refused().size(),
                unsettled + moreUnsettled,
                kept,
                fenceKey,
                startedAt,
                durationMs,
                complete);
    }

    BackfillResult at(long duration, boolean reachedFence) {
        return new BackfillResult(
                scanned,
                written,
                deleted,
                refused,
                unsettled,
                refusals,
                fenceKey,
                startedAt,
                duration,
                reachedFence && refused == 0);
    }
}
