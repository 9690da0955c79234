package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.EntityQueue.Plan;
import dev.bailey.gateway.dualwrite.Refresher.Refreshed;
import dev.bailey.gateway.dualwrite.Replay.Replayed;
import dev.bailey.journal.Journal;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one step of an entity's delivery: sends a write again to the follower, or refreshes the entity there, or does what is
 * declared for a write the follower refuses. A step is durable in the journal before it is visible to anyone.
 */
final class Carrier {

    private static final Logger log = LoggerFactory.getLogger(Carrier.class);

    private final Journal journal;
    private final Durably durably;
    private final Parking parking;
    private final Replay replay;
    private final Refresher refresher;
    private final Compensations compensations;
    private final Debts debts;
    private final WriteLease lease;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final WriteMeters meters;

    Carrier(
            Journal journal,
            Durably durably,
            Parking parking,
            Replay replay,
            Refresher refresher,
            Compensations compensations,
            Debts debts,
            WriteLease lease,
            InstantSource clock,
            LongSupplier nanoTime,
            WriteMeters meters) {
        this.journal = journal;
        this.durably = durably;
        this.parking = parking;
        this.replay = replay;
        this.refresher = refresher;
        this.compensations = compensations;
        this.debts = debts;
        this.lease = lease;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.meters = meters;
    }

    record Job(EntityQueue queue, Plan plan) {}

    /** Whether the follower (or a store behind it) gave an answer. */
    enum Follower {
        ANSWERED,
        SILENT,
        NOT_ASKED
    }

    /** How a step ended: with progress (plan anew), or it is to be tried later, not before a pause. */
    record Attempt(boolean isProgress, Follower follower, String reason, Duration atLeast) {
        static final Attempt LEASE_OVER = later("this gateway has no lease of the shared store", Duration.ZERO)
                .notAsked();

        static Attempt progress() {
            return new Attempt(true, Follower.ANSWERED, "", Duration.ZERO);
        }

        static Attempt later(String reason, Duration atLeast) {
            return new Attempt(false, Follower.SILENT, reason, atLeast);
        }

        Attempt notAsked() {
            return new Attempt(isProgress, Follower.NOT_ASKED, reason, atLeast);
        }
    }

    Plan plan(SliceWrites slice, EntityQueue queue) {
        SliceSpec spec = slice.spec();
        boolean refreshAlways = spec != null && spec.writes().replicate() == WritesSpec.Replicate.REFRESH;
        boolean keyed = spec != null && spec.writes().idempotency() == WritesSpec.Idempotency.HEADER;
        return slice.pending.plan(queue, refreshAlways, keyed, nanoTime.getAsLong());
    }

    /** One attempt for each job; jobs are one replay or debt, or refreshes from the same side. */
    List<Attempt> carry(SliceWrites slice, List<Job> jobs) throws InterruptedException {
        Job first = jobs.getFirst();
        SliceSpec spec = slice.spec();
        if (spec != null && lease.valid(AdmissionRules.needed(spec)).isEmpty()) {
            return jobs.stream().map(_ -> Attempt.LEASE_OVER).toList();
        }
        return switch (first.plan()) {
            case Plan.Nothing _ -> List.of(Attempt.progress().notAsked());
            case Plan.Wait(Duration atLeast) ->
                List.of(Attempt.later("a try may still land", atLeast).notAsked());
            case Plan.Replay(PendingWrite write) -> List.of(replay(slice, first.queue(), write));
            case Plan.Owe(PendingWrite write) -> List.of(owe(slice, write, "its entity is not known"));
            case Plan.Refresh refresh -> refresh(slice, refresh.authority(), jobs);
        };
    }

    private Attempt replay(SliceWrites slice, EntityQueue queue, PendingWrite write) throws InterruptedException {
        return switch (replay.send(write, slice.spec())) {
            case Replayed.Carried(String how) -> delivered(slice, List.of(write), how, false);
            case Replayed.Later(String reason, Duration atLeast, boolean answered) -> {
                failed(slice, write, reason);
                yield new Attempt(false, answered ? Follower.ANSWERED : Follower.SILENT, reason, atLeast);
            }
            case Replayed.Refused(String reason) -> refused(slice, queue, write, reason);
            case Replayed.Stale(String note) -> park(slice, write, note);
            case Replayed.ByRefresh _ -> {
                slice.pending.with(queue, _ -> write.byRefresh = true);
                yield Attempt.progress().notAsked();
            }
            case Replayed.LeaseOver _ -> Attempt.LEASE_OVER;
        };
    }

    private List<Attempt> refresh(SliceWrites slice, Side authority, List<Job> jobs) throws InterruptedException {
        SliceSpec spec = slice.spec();
        if (spec == null) {
            List<Attempt> parked = new ArrayList<>();
            for (Job job : jobs) {
                parked.add(park(slice, covered(job).getFirst(), "slice " + slice.name + " is not declared any more"));
            }
            return parked;
        }
        if (spec.writes().replicate() == WritesSpec.Replicate.REPLAY) {
            for (Job job : jobs) {
                RecordId head = covered(job).getFirst().id;
                Tasks.await(
                        durably.attempted(() -> journal.attempted(head, "carried by refresh", clock.instant()), head));
            }
        }
        List<EntityKey> keys = jobs.stream().map(Carrier::key).toList();
        Refreshed answer;
        try {
            answer = refresher.refresh(slice.name, authority, keys);
        } catch (RuntimeException failed) {
            log.warn("a refresh of slice {} failed", slice.name, failed);
            answer = new Refreshed.Unavailable(String.valueOf(failed.getMessage()));
        }
        for (Job job : jobs) {
            slice.pending.with(job.queue(), done -> done.refreshing = false);
        }
        return switch (answer) {
            case Refreshed.Done _ -> {
                List<PendingWrite> carried =
                        jobs.stream().flatMap(job -> covered(job).stream()).toList();
                boolean unknown = carried.stream().anyMatch(write -> write.wasUnknown);
                Attempt done =
                        delivered(slice, carried, unknown ? "refreshed after unknown outcome" : "refreshed", true);
                yield jobs.stream().map(_ -> done).toList();
            }
            case Refreshed.Refused(EntityKey key, String reason) -> refreshRefused(slice, jobs, key, reason);
            case Refreshed.Unavailable(String reason) -> {
                jobs.forEach(job -> failed(slice, covered(job).getFirst(), reason));
                yield jobs.stream()
                        .map(_ -> Attempt.later(reason, Duration.ZERO))
                        .toList();
            }
        };
    }

    /** Parks the entity that was refused; the others are taken up anew, without it. */
    private List<Attempt> refreshRefused(SliceWrites slice, List<Job> jobs, EntityKey refused, String reason)
            throws InterruptedException {
        boolean ours = jobs.stream().anyMatch(job -> refused.equals(job.queue().key));
        List<Attempt> attempts = new ArrayList<>();
        for (Job job : jobs) {
            if (!ours) {
                attempts.add(Attempt.later("refresh refused an entity it was not given: " + reason, Duration.ZERO));
            } else if (refused.equals(job.queue().key)) {
                attempts.add(park(slice, covered(job).getFirst(), "refresh refused: " + reason));
            } else {
                attempts.add(Attempt.progress());
            }
        }
        return attempts;
    }

    private Attempt refused(SliceWrites slice, EntityQueue queue, PendingWrite write, String reason)
            throws InterruptedException {
        SliceSpec spec = slice.spec();
        if (spec == null) {
            return park(slice, write, "slice " + slice.name + " is not declared any more");
        }
        if (queue.key == null) {
            return owe(slice, write, "the follower refused it and its entity is not known: " + reason);
        }
        WritesSpec.OnReject declared = spec.writes().onReject();
        return switch (slice.isBeingFilled() ? WritesSpec.OnReject.REFRESH : declared) {
            case PARK -> park(slice, write, reason);
            case REFRESH -> {
                failed(slice, write, reason);
                slice.pending.with(queue, _ -> write.byRefresh = true);
                yield Attempt.progress();
            }
            case COMPENSATE ->
                switch (compensations.send(write, spec, queue.key)) {
                    case Replayed.Carried _ -> {
                        failed(slice, write, "compensated: " + reason);
                        slice.pending.with(queue, _ -> write.byRefresh = true);
                        yield Attempt.progress();
                    }
                    case Replayed.Later(String why, Duration atLeast, boolean _) -> {
                        failed(slice, write, why);
                        yield new Attempt(false, Follower.ANSWERED, why, atLeast);
                    }
                    case Replayed.Refused(String why) -> park(slice, write, reason + "; compensation refused: " + why);
                    case Replayed.Stale(String note) -> park(slice, write, reason + "; " + note);
                    case Replayed.ByRefresh _ -> park(slice, write, reason);
                    case Replayed.LeaseOver _ -> Attempt.LEASE_OVER;
                };
        };
    }

    private Attempt owe(SliceWrites slice, PendingWrite write, String reason) throws InterruptedException {
        if (!debts.oweReconcile(slice.name, clock.instant(), "record " + write.id + ": " + reason)) {
            return Attempt.later("the debt could not be written", Duration.ZERO).notAsked();
        }
        return delivered(slice, List.of(write), "owed to a reconcile", false).notAsked();
    }

    private Attempt delivered(SliceWrites slice, List<PendingWrite> writes, String how, boolean byRefresh)
            throws InterruptedException {
        if (!Tasks.await(
                durably.delivered(writes.stream().map(write -> write.id).toList(), how))) {
            return Attempt.later("the journal refused the delivery", Duration.ZERO)
                    .notAsked();
        }
        long now = nanoTime.getAsLong();
        writes.forEach(write -> slice.recent.ended(write.entity, now));
        slice.pending.carried(writes, byRefresh);
        writes.forEach(write -> write.delivered.complete(true));
        meters.delivered(slice.name, writes.size());
        return Attempt.progress();
    }

    private Attempt park(SliceWrites slice, PendingWrite write, String reason) throws InterruptedException {
        if (!parking.park(slice, write, reason)) {
            return Attempt.later("the journal refused to park the record", Duration.ZERO)
                    .notAsked();
        }
        meters.parked(slice.name);
        log.warn("record {} of slice {} is parked: {}", write.id, slice.name, reason);
        return Attempt.progress();
    }

    /** Told for display; whether it is written does not matter. */
    private void failed(SliceWrites slice, PendingWrite write, String reason) {
        meters.failed(slice.name);
        journal.attempted(write.id, reason, clock.instant());
    }

    private static List<PendingWrite> covered(Job job) {
        return ((Plan.Refresh) job.plan()).covered();
    }

    private static EntityKey key(Job job) {
        EntityKey key = job.queue().key;
        if (key == null) {
            throw new IllegalStateException("a write without a key cannot be refreshed");
        }
        return key;
    }
}
