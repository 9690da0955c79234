package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.RecordFeed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A journal record that is not final, as the write path remembers it. What can change is guarded by its {@link SlicePending}. */
final class PendingWrite {

    /** Where it stands; {@code SETTLED} is applied, but its outcome is not durable yet. */
    enum Stage {
        SENT,
        SETTLED,
        UNKNOWN,
        APPLIED,
        PARKED
    }

    final long sequence;
    final RecordId id;
    final SliceName slice;
    final Side authority;

    /** Null where the write is kept as a gap. */
    final @Nullable Side follower;

    final Instant at;

    /** Who wrote its intent; empty where it is this process. */
    final String origin;

    /** The number drawn at its outcome, where it is known; else the greatest. */
    long ended = Long.MAX_VALUE;

    /** Another's, whose fate this process finds out because that one writes no more. */
    boolean adopted;

    /** True once delivered, false when parked; for those who wait for both sides. */
    final CompletableFuture<Boolean> delivered = new CompletableFuture<>();

    /** Completed to cut a pause between two questions short; each pause has its own. */
    volatile CompletableFuture<Boolean> hurry = new CompletableFuture<>();

    Stage stage;

    /** How many looks at the journal had begun when it was parked: those may tell of a time before. */
    long parkedInLook;

    /** How often it was parked. */
    int parkings;

    @Nullable
    EntityKey entity;
    /** Must be carried by refresh: its place among the entity's writes, or whether a refresh saw it, is not certain. */
    boolean byRefresh;

    /** Its fate was not known for a while. */
    boolean wasUnknown;

    /**
     * Until when a try of its delivery may still land at the follower although it was given up (the scheduler's time,
     * when {@link #mayLand}). Until then nothing may put a newer state there under another key.
     */
    volatile long landsUntil;

    volatile boolean mayLand;

    private PendingWrite(
            long sequence,
            RecordId id,
            SliceName slice,
            Side authority,
            @Nullable Side follower,
            Instant at,
            Stage stage,
            @Nullable EntityKey entity,
            boolean byRefresh,
            String origin) {
        this.sequence = sequence;
        this.id = id;
        this.slice = slice;
        this.authority = authority;
        this.follower = follower;
        this.at = at;
        this.stage = stage;
        this.entity = entity;
        this.byRefresh = byRefresh;
        this.origin = origin;
    }

    static PendingWrite of(long sequence, WriteIntent intent) {
        return new PendingWrite(
                sequence,
                intent.id(),
                intent.slice(),
                intent.authority(),
                intent.follower().orElse(null),
                intent.at(),
                Stage.SENT,
                intent.entity().orElse(null),
                !intent.bodyKept(),
                "");
    }

    /** As found in the journal at start. A record whose delivery was tried before is refreshed: a refresh may have seen it. */
    static PendingWrite found(JournalRecord.Head head) {
        Stage stage = switch (head.state()) {
            case INTENT, UNKNOWN -> Stage.UNKNOWN;
            case APPLIED -> Stage.APPLIED;
            case PARKED -> Stage.PARKED;
            case REJECTED, DELIVERED -> throw new IllegalArgumentException("record " + head.id() + " is final");
        };
        return new PendingWrite(
                head.sequence(),
                head.id(),
                head.slice(),
                head.authority(),
                head.follower().orElse(null),
                head.at(),
                stage,
                head.entity().orElse(null),
                !head.bodyKept() || head.attempts() > 0,
                "");
    }

    /** Another's, as it was seen in the journal. One whose outcome is open may be under way. */
    static PendingWrite seen(RecordFeed.Seen seen) {
        JournalRecord.Head head = seen.head();
        PendingWrite write = new PendingWrite(
                head.sequence(),
                head.id(),
                head.slice(),
                head.authority(),
                head.follower().orElse(null),
                head.at(),
                switch (head.state()) {
                    case INTENT -> Stage.SENT;
                    case UNKNOWN -> Stage.UNKNOWN;
                    case APPLIED -> Stage.APPLIED;
                    case PARKED -> Stage.PARKED;
                    case REJECTED, DELIVERED -> throw new IllegalArgumentException("record " + head.id() + " is final");
                },
                head.entity().orElse(null),
                !head.bodyKept() || head.attempts() > 0,
                seen.origin());
        seen.ended().ifPresent(ended -> write.ended = ended);
        return write;
    }

    boolean isForeign() {
        return !origin.isEmpty();
    }

    /** A try may have been given up that lands within this time. */
    void mayLandWithin(Duration time, long now) {
        landsUntil = now + time.toNanos();
        mayLand = true;
    }

    /** How long a try that was given up may still land; zero or less when none can. */
    Duration landing(long now) {
        return mayLand ? Duration.ofNanos(landsUntil - now) : Duration.ZERO;
    }

    boolean isGap() {
        return follower == null;
    }
}
