package dev.bailey.model.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * How writes are carried.
 *
 * @param idempotency how a write may be sent again
 * @param idempotencyHeader header both sides honour, when {@code idempotency} is {@code HEADER}
 * @param ackLimit how long {@code ack: both} waits for the follower before it falls back
 * @param compensate the request sent to the authority when the follower refuses, for {@code onReject: compensate}
 * @param keptKeys the idempotency keys the gateway keeps, where the services honour none
 */
public record WritesSpec(
        Replicate replicate,
        Idempotency idempotency,
        String idempotencyHeader,
        Ack ack,
        Duration ackLimit,
        OnReject onReject,
        OnJournalFull onJournalFull,
        Optional<Compensation> compensate,
        Optional<KeptKeysSpec> keptKeys) {

    /** Without keys that the gateway keeps. */
    public WritesSpec(
            Replicate replicate,
            Idempotency idempotency,
            String idempotencyHeader,
            Ack ack,
            Duration ackLimit,
            OnReject onReject,
            OnJournalFull onJournalFull,
            Optional<Compensation> compensate) {
        this(
                replicate,
                idempotency,
                idempotencyHeader,
                ack,
                ackLimit,
                onReject,
                onJournalFull,
                compensate,
                Optional.empty());
    }

    public static final WritesSpec DEFAULTS = new WritesSpec(
            Replicate.REFRESH,
            Idempotency.NONE,
            "Idempotency-Key",
            Ack.ASYNC,
            Duration.ofSeconds(1),
            OnReject.PARK,
            OnJournalFull.REFUSE,
            Optional.empty());

    public enum Replicate {
        REPLAY,
        REFRESH
    }

    /** {@code HEADER}: both sides honour the header. {@code NATURAL}: PUT and DELETE only. {@code NONE}: refresh only. */
    public enum Idempotency {
        HEADER,
        NATURAL,
        NONE
    }

    public enum Ack {
        ASYNC,
        BOTH
    }

    public enum OnReject {
        PARK,
        REFRESH,
        COMPENSATE
    }

    public enum OnJournalFull {
        REFUSE,
        DEGRADE
    }

    /** A request that undoes a write at the authority; {@code {key}} in the path is the entity key. */
    public record Compensation(String method, String path) {}
}
