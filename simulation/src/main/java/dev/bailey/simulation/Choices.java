package dev.bailey.simulation;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.KeptKeysSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.spec.WritesSpec.Ack;
import dev.bailey.model.spec.WritesSpec.Idempotency;
import dev.bailey.model.spec.WritesSpec.OnJournalFull;
import dev.bailey.model.spec.WritesSpec.OnReject;
import dev.bailey.model.spec.WritesSpec.Replicate;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a seed draws before anything happens: how the slice is declared, where it stands, and which faults this world knows.
 * Every fault is left out of about half of the worlds, so that what one would hide another shows.
 *
 * @param dieAt in a thousand flushes, sends and publications, at how many the process dies
 * @param lose in a thousand messages
 * @param late in a thousand messages, those that land after they were given up
 * @param repeat in a thousand requests, where the services honour a key
 * @param failBefore in a thousand requests, answered 500 and not applied
 * @param failAfter in a thousand requests, answered 500 and applied
 * @param refuse in a thousand requests, answered 422
 * @param diskFails in a thousand flushes
 * @param diskFull in a thousand flushes
 * @param outages of services and of the network between, in the whole run
 * @param moves that an operator makes
 */
record Choices(
        WritesSpec writes,
        Phase phase,
        Ramp ramp,
        int clients,
        int writesOfEach,
        int entities,
        int yieldPercent,
        int dieAt,
        int lose,
        int late,
        int repeat,
        int failBefore,
        int failAfter,
        int refuse,
        int diskFails,
        int diskFull,
        int outages,
        int moves) {

    static final Duration SHORT_KEEP = Duration.ofSeconds(4);

    static final Duration TIMEOUT = Duration.ofMillis(300);

    static Choices draw(SplittableRandom random) {
        Idempotency idempotency = pick(
                random,
                Idempotency.HEADER,
                Idempotency.HEADER,
                Idempotency.HEADER,
                Idempotency.NATURAL,
                Idempotency.NONE);
        boolean replay = idempotency != Idempotency.NONE && random.nextInt(3) > 0;
        WritesSpec writes = new WritesSpec(
                replay ? Replicate.REPLAY : Replicate.REFRESH,
                idempotency,
                "Idempotency-Key",
                pick(random, Ack.ASYNC, Ack.ASYNC, Ack.BOTH),
                Duration.ofMillis(200),
                pick(random, OnReject.PARK, OnReject.REFRESH),
                pick(random, OnJournalFull.REFUSE, OnJournalFull.REFUSE, OnJournalFull.DEGRADE),
                Optional.empty());
        Phase phase = pick(
                random,
                Phase.LEGACY_ONLY,
                Phase.DUAL_WRITE,
                Phase.READ_CUTOVER,
                Phase.READ_CUTOVER,
                Phase.WRITE_CUTOVER,
                Phase.WRITE_CUTOVER,
                Phase.WRITE_CUTOVER,
                Phase.WRITE_CUTOVER);
        Ramp ramp = switch (phase) {
            case READ_CUTOVER -> new Ramp(Ramp.BUCKETS);
            case WRITE_CUTOVER -> new Ramp(Ramp.BUCKETS / 4 * (1 + random.nextInt(4)));
            default -> Ramp.NONE;
        };
        Choices drawn = new Choices(
                writes,
                phase,
                ramp,
                2 + random.nextInt(3),
                4 + random.nextInt(8),
                2 + random.nextInt(4),
                sometimes(random, 30),
                sometimes(random, 40),
                sometimes(random, 80),
                sometimes(random, 80),
                idempotency == Idempotency.HEADER ? sometimes(random, 80) : 0,
                sometimes(random, 60),
                sometimes(random, 60),
                sometimes(random, 60),
                sometimes(random, 60),
                sometimes(random, 60),
                sometimes(random, 3),
                phase == Phase.DUAL_WRITE ? 0 : phase == Phase.LEGACY_ONLY ? 1 : random.nextInt(5));
        // Drawn last, so that worlds without kept keys stay what they were.
        return idempotency == Idempotency.NONE && random.nextInt(3) > 0 ? drawn.keeping(keys(random)) : drawn;
    }

    private static KeptKeysSpec keys(SplittableRandom random) {
        return new KeptKeysSpec(
                "Idempotency-Key",
                random.nextInt(4) == 0 ? SHORT_KEEP : KeptKeysSpec.KEEP,
                random.nextInt(6) == 0 ? 6 : KeptKeysSpec.MOST,
                random.nextBoolean() ? Optional.of(Write.CLIENT) : Optional.empty());
    }

    private Choices keeping(KeptKeysSpec keys) {
        return new Choices(
                new WritesSpec(
                        writes.replicate(),
                        writes.idempotency(),
                        writes.idempotencyHeader(),
                        writes.ack(),
                        writes.ackLimit(),
                        writes.onReject(),
                        writes.onJournalFull(),
                        writes.compensate(),
                        Optional.of(keys)),
                phase,
                ramp,
                clients,
                writesOfEach,
                entities,
                yieldPercent,
                dieAt,
                lose,
                late,
                repeat,
                failBefore,
                failAfter,
                refuse,
                diskFails,
                diskFull,
                outages,
                moves);
    }

    /** The same among several nodes, where the journal's disk is the store's. */
    Choices amongNodes() {
        return new Choices(
                new WritesSpec(
                        writes.replicate(),
                        writes.idempotency(),
                        writes.idempotencyHeader(),
                        writes.ack(),
                        writes.ackLimit(),
                        writes.onReject(),
                        writes.onJournalFull(),
                        writes.compensate(),
                        writes.keptKeys()),
                phase,
                ramp,
                clients + 2,
                writesOfEach + 4,
                entities,
                yieldPercent,
                dieAt / 4,
                lose,
                late,
                repeat,
                failBefore,
                failAfter,
                refuse,
                0,
                0,
                outages,
                moves == 0 ? 0 : moves + 2);
    }

    /** None in about half of the worlds. */
    private static int sometimes(SplittableRandom random, int most) {
        return random.nextBoolean() ? 0 : 1 + random.nextInt(most);
    }

    @SafeVarargs
    private static <T> T pick(SplittableRandom random, T... among) {
        return among[random.nextInt(among.length)];
    }

    boolean isKeyed() {
        return writes.idempotency() == Idempotency.HEADER;
    }

    @Override
    public String toString() {
        return writes.replicate() + " idempotency " + writes.idempotency()
                + writes.keptKeys().map(keys -> " " + keys).orElse("") + ", ack " + writes.ack() + ", on reject "
                + writes.onReject() + ", on journal full " + writes.onJournalFull() + ", " + phase + " " + ramp + ", "
                + clients + " clients of " + writesOfEach + " writes, " + entities + " entities, yields " + yieldPercent
                + "%; per mille: dies " + dieAt + ", lost " + lose + ", late " + late + ", repeated " + repeat
                + ", fails before " + failBefore + ", after " + failAfter + ", refused " + refuse + ", disk fails "
                + diskFails + ", full " + diskFull + "; " + outages + " outages, " + moves + " moves";
    }
}
