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
 * @param byOthers how many parts each other node copied first; what it wrote is in {@code written}
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
        boolean complete,
        Map<String, Long> byOthers) {

    private static final int REFUSALS_KEPT = 100;

    public BackfillResult {
        refusals = Map.copyOf(refusals);
        // One that was kept before others could help does not name them.
        byOthers = byOthers == null ? Map.of() : Map.copyOf(byOthers);
    }

    static BackfillResult begun(Instant startedAt, Optional<String> fenceKey) {
        return new BackfillResult(0, 0, 0, 0, 0, Map.of(), fenceKey, startedAt, 0, false, Map.of());
    }

    /** @param before how the part stood when it was taken in from another node; what both wrote counts once, as far as that is known */
    BackfillResult plus(Chunk.Result part, Optional<Board.Standing> before) {
        Copied copied = part.copied();
        Optional<Board.Standing> helped = before.filter(standing -> standing.state() == Board.State.COPIED);
        long byOther = helped.map(Board.Standing::written).orElse(0L);
        Map<String, Long> others = new TreeMap<>(byOthers);
        helped.flatMap(Board.Standing::by).ifPresent(node -> others.merge(node, 1L, Long::sum));
        Map<String, String> kept = new TreeMap<>(refusals);
        copied.refused().forEach((key, reason) -> {
            if (kept.size() < REFUSALS_KEPT) {
                kept.put(key.value(), reason);
            }
        });
        return new BackfillResult(
                scanned + part.scanned(),
                written
                        + Math.min(
                                Math.max(part.scanned(), copied.written().size()),
                                byOther + copied.written().size()),
                deleted + copied.deleted().size(),
                refused + copied.refused().size(),
                unsettled + part.unsettled(),
                kept,
                fenceKey,
                startedAt,
                durationMs,
                complete,
                others);
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
                reachedFence && refused == 0,
                byOthers);
    }
}
