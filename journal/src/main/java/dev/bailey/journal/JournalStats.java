package dev.bailey.journal;

import java.time.Instant;
import java.util.Optional;

/**
 * Figures of one slice's part of the journal. Cheap: kept in memory.
 *
 * @param undelivered records neither final nor parked nor kept as a gap
 * @param unknown those of them whose fate is not known
 * @param gap applied records kept as a gap
 * @param oldestUndelivered when the oldest undelivered record was written
 */
public record JournalStats(
        long appended, long undelivered, long unknown, long parked, long gap, Optional<Instant> oldestUndelivered) {}
