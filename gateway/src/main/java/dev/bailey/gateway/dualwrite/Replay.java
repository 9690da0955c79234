package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.write.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends a write that the authority took to the follower, with the same key and the ids the authority gave. */
final class Replay {

    /** Client errors that speak of the moment, not of the request. */
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private final Supplier<Snapshot> current;
    private final Journal journal;
    private final SideClient client;
    private final WriteLease lease;
    private final Translator translator;
    private final LongSupplier nanoTime;
    private final int maxAnswerBytes;

    Replay(
            Supplier<Snapshot> current,
            Journal journal,
            SideClient client,
            WriteLease lease,
            Translator translator,
            LongSupplier nanoTime,
            int maxAnswerBytes) {
        this.current = current;
        this.journal = journal;
        this.client = client;
        this.lease = lease;
        this.translator = translator;
        this.nanoTime = nanoTime;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** What came of it. */
    sealed interface Replayed {
        record Carried(String how) implements Replayed {}

        /** @param answered false when the follower did not answer or failed, so that its breaker counts it */
        record Later(String reason, Duration atLeast, boolean answered) implements Replayed {}

        record Refused(String reason) implements Replayed {}

        /** The record belongs to nothing the migration declares now. */
        record Stale(String note) implements Replayed {}

        /** Its outcome says that it must be carried by refresh. */
        record ByRefresh() implements Replayed {}

        /** The lease was over by the time that everything for it had been read: whoever delivers by now sends it. */
        record LeaseOver() implements Replayed {}
    }

    Replayed send(PendingWrite write, @Nullable SliceSpec slice) throws InterruptedException {
        if (slice == null) {
            return new Replayed.Stale("slice " + write.slice + " is not declared any more (expected it in the"
                    + " migration file): declare it again, or reconcile and remove the record");
        }
        Optional<JournalRecord> found = journal.find(write.id);
        Side follower = write.follower;
        if (found.isEmpty() || follower == null) {
            return new Replayed.Stale("record " + write.id + " is not in the journal");
        }
        Optional<Outcome.Applied> applied = found.get().applied();
        if (applied.isEmpty() || applied.get().status() == Settlements.CARRIED_BY_REFRESH) {
            return new Replayed.ByRefresh();
        }
        StoredRequest stored = new StoredRequest(found.get().intent());
        RouteMatch match = stored.match(current.get());
        if (match == null) {
            return new Replayed.Stale("no route of slice " + write.slice + " takes " + stored + " any more");
        }
        BufferedRequest request;
        try {
            request = stored.toSide(follower, match, translator, Optional.ofNullable(write.entity));
        } catch (TranslationException e) {
            return new Replayed.Refused(String.valueOf(e.getMessage()));
        }
        if (lease.valid(AdmissionRules.needed(slice)).isEmpty()) {
            return new Replayed.LeaseOver(); // reading the record may have taken as long
        }
        BufferedAnswer answer =
                Tasks.await(client.send(follower, request, slice.limits().timeout(), maxAnswerBytes));
        return read(answer, stored.method(), slice, write);
    }

    private Replayed read(BufferedAnswer answer, String method, SliceSpec slice, PendingWrite write) {
        return switch (answer) {
            case BufferedAnswer.Answered answered -> {
                int status = answered.status();
                if (status / 100 == 2) {
                    yield new Replayed.Carried("replayed: " + status);
                }
                if (method.equals("DELETE") && (status == 404 || status == 410)) {
                    yield new Replayed.Carried("replayed: " + status + ", it was gone already");
                }
                if (LATER.contains(status) || (status == 409 && isAtWork(write, slice))) {
                    yield new Replayed.Later("the follower answered " + status, Duration.ZERO, true);
                }
                if (status / 100 == 4 || status / 100 == 3) {
                    yield new Replayed.Refused("the follower answered " + status);
                }
                // Somebody before the follower may have given up on it, or send it again.
                write.mayLandWithin(landing(slice), nanoTime.getAsLong());
                yield new Replayed.Later("the follower answered " + status, Duration.ZERO, false);
            }
            case BufferedAnswer.Failed failed
            when failed.cause() == BufferedAnswer.Cause.TOO_LARGE && failed.sent() ->
                new Replayed.Refused("the follower's answer is larger than is read");
            case BufferedAnswer.Failed failed -> {
                if (failed.sent()) {
                    write.mayLandWithin(landing(slice), nanoTime.getAsLong());
                }
                yield new Replayed.Later(failed.cause() + ": " + failed.message(), Duration.ZERO, false);
            }
        };
    }

    /** Whether a 409 may mean that an earlier try is still at work: as long as one may. */
    private boolean isAtWork(PendingWrite write, SliceSpec slice) {
        if (!write.mayLand) {
            write.mayLandWithin(landing(slice), nanoTime.getAsLong());
        }
        return write.landing(nanoTime.getAsLong()).isPositive();
    }

    /** How long after it was given up a request may still be applied. */
    static Duration landing(SliceSpec slice) {
        return slice.limits().timeout().multipliedBy(2);
    }
}
