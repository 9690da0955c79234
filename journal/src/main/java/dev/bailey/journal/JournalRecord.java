package dev.bailey.journal;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.util.Optional;

/**
 * A journal record with all it holds.
 *
 * @param applied the authority's answer, once known to be applied
 */
public record JournalRecord(Head head, WriteIntent intent, Optional<Outcome.Applied> applied) {

    /**
     * A record without bodies and headers.
     *
     * @param entity the key, from the request or minted by the authority; empty while unknown
     * @param follower the side it is carried to; empty when kept as a gap
     * @param attempts failed tries of delivery
     * @param note why it is unknown or parked, how it was delivered, or the last failure
     */
    public record Head(
            long sequence,
            RecordId id,
            SliceName slice,
            Optional<EntityKey> entity,
            long epoch,
            Side authority,
            Optional<Side> follower,
            String method,
            String target,
            RecordState state,
            boolean bodyKept,
            boolean clientKey,
            int attempts,
            String note,
            Instant at,
            Instant changed) {}
}
