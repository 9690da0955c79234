package dev.bailey.control.api;

import dev.bailey.model.phase.Side;
import dev.bailey.model.write.RecordState;
import java.time.Instant;
import java.util.Optional;

/**
 * One write of the journal, without headers and bodies.
 *
 * @param entity absent while the authority has not minted it
 * @param follower the side it is carried to; absent when kept as a gap
 * @param attempts failed tries of delivery
 * @param note why it is unknown or parked, or how it was delivered
 */
public record JournalEntryView(
        long sequence,
        String id,
        String slice,
        Optional<String> entity,
        long epoch,
        Side authority,
        Optional<Side> follower,
        String method,
        String target,
        RecordState state,
        int attempts,
        String note,
        Instant at,
        Instant changed) {}
