package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.Work;
import dev.bailey.datasync.pace.ChunkSize;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.pace.Throttle;
import dev.bailey.datasync.refresh.Copied;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Standstill;
import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds both stores of a slice against each other, whole: chunk digests, bisecting, a second look at what differs, and on
 * request a refresh of it from the side that owns it. One pass, or pass after pass. Resumable after each chunk.
 */
public final class Reconcile implements Work {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FIRST_CHUNK = 10_000;
    private static final int SMALLEST_CHUNK = 100;
    private static final int LARGEST_CHUNK = 2_000_000;
    /** Suspects that are looked at again, and repaired, at once: a handover waits for no more. */
    private static final int BATCH = 500;

    private static final Duration INTERVAL_STEP = Duration.ofMillis(200);

    private final StorePair stores;
    private final Function<EntityKey, Side> authorityOf;
    private final Refresh refresh;
    private final Confirm confirm;
    private final Standstill standstill;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final Retry retry;
    private final Throttle throttle = new Throttle();
    private String streams = "";

    public Reconcile(
            StorePair stores,
            Function<EntityKey, Side> authorityOf,
            Refresh refresh,
            Quiet quiet,
            Standstill standstill,
            InstantSource clock,
            LongSupplier nanoTime,
            Pause pause) {
        this.stores = stores;
        this.authorityOf = authorityOf;
        this.refresh = refresh;
        this.confirm = new Confirm(stores, authorityOf, quiet);
        this.standstill = standstill;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.retry = new Retry(pause);
    }

    /** Where a pass goes on, and what the last whole pass found. */
    private record Position(
            Optional<String> after, long total, int pass, ReconcileResult soFar, Optional<ReconcileResult> last) {}

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        ReconcileRequest request = ReconcileRequest.of(control.record().request());
        if (request.rate() > 0) {
            control.rate().limit(request.rate());
        }
        Position position = control.position()
                .map(kept -> JSON.treeToValue(kept, Position.class))
                .orElse(null);
        if (position == null) {
            position = begin(control, 1, control.record().startedAt(), Optional.empty());
        }
        while (true) {
            Position end = pass(control, request, position);
            if (request.interval().isEmpty() || end.last.isEmpty()) {
                return told(end.soFar, request);
            }
            if (!rest(control, request.interval().get())) {
                return "cancelled";
            }
            position = begin(control, end.pass + 1, clock.instant(), end.last);
        }
    }

    private Position begin(JobControl control, int pass, Instant startedAt, Optional<ReconcileResult> last)
            throws StoreException, InterruptedException {
        retry.of(stores::keyKind);
        long total = stores.total(Side.LEGACY);
        Position begun = new Position(Optional.empty(), total, pass, ReconcileResult.begun(startedAt), last);
        save(control, begun);
        return begun;
    }

    /** Runs a pass; the position's {@code last} is empty when it was ended early. */
    private Position pass(JobControl control, ReconcileRequest request, Position from)
            throws StoreException, InterruptedException {
        Bisect bisect = retry.of(() -> Bisect.of(stores));
        streams = retry.of(this::streams);
        Lockstep lockstep = new Lockstep(
                stores, bisect.hash(), new ChunkSize(FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK), nanoTime, pause);
        Position[] now = {from};
        boolean sawAll = control.mayGoOn()
                && lockstep.walk(new KeyRange(from.after.map(EntityKey::new), Optional.empty()), chunk -> {
                    Optional<ReconcileResult> result = judged(bisect, chunk, request, control, now[0].soFar);
                    if (result.isEmpty()) {
                        return false;
                    }
                    now[0] = advanced(now[0], chunk.range(), result.get());
                    save(control, now[0]);
                    control.rate().spend(chunk.rows());
                    pause.of(throttle.after(chunk.nanos()));
                    return control.mayGoOn();
                });
        long millis =
                Duration.between(now[0].soFar.startedAt(), clock.instant()).toMillis();
        ReconcileResult result = now[0].soFar.at(millis, sawAll);
        Position end = new Position(
                now[0].after, now[0].total, from.pass, result, sawAll ? Optional.of(result) : Optional.empty());
        if (sawAll) {
            save(control, end);
        }
        return end;
    }

    /** Which sides stream whole documents, and why; empty when both compute their digests in their databases. */
    private String streams() throws StoreException {
        String told = "";
        for (Side side : Side.values()) {
            if (stores.of(side).digesting() instanceof Digesting.Streamed(String why)) {
                told += "; " + side.label() + " is streamed: " + why;
            }
        }
        return told;
    }

    private static Position advanced(Position at, KeyRange range, ReconcileResult soFar) {
        return new Position(range.upTo().map(EntityKey::value).or(() -> at.after), at.total, at.pass, soFar, at.last);
    }

    private boolean rest(JobControl control, Duration interval) throws InterruptedException {
        long start = nanoTime.getAsLong();
        while (nanoTime.getAsLong() - start < interval.toNanos()) {
            if (!control.mayGoOn()) {
                return false;
            }
            pause.of(INTERVAL_STEP);
        }
        return control.mayGoOn();
    }

    private String told(ReconcileResult result, ReconcileRequest request) {
        String found = result.divergences() + " divergences in " + result.rows() + " rows";
        if (result.unsettled() > 0) {
            found += ", " + result.unsettled() + " never held still; run it again";
        }
        return (request.repairs() ? found + ", " + result.repaired() + " repaired" : found) + streams;
    }

    private void save(JobControl control, Position at) {
        String message = "pass " + at.pass + ": " + at.soFar.divergences() + " divergences" + streams;
        control.checkpoint(new JobControl.Checkpoint(
                at.soFar.rows(), at.total, message, JSON.valueToTree(at), JSON.valueToTree(at.last.orElse(at.soFar))));
    }

    /** What is known with this chunk; empty when the job was to end in the midst of it. */
    private Optional<ReconcileResult> judged(
            Bisect bisect, Lockstep.Chunk chunk, ReconcileRequest request, JobControl control, ReconcileResult before)
            throws StoreException, InterruptedException {
        throttle.read((int) Math.min(Integer.MAX_VALUE, chunk.rows()), chunk.nanos());
        ReconcileResult soFar = before.plus(chunk.rows(), List.of(), 0, 0, Map.of());
        for (int i = 0; i < chunk.parts().size(); i++) {
            int part = i;
            List<EntityKey> suspects = retry.of(() -> bisect.suspects(
                    chunk.parts().get(part),
                    chunk.legacy().get(part),
                    chunk.modern().get(part)));
            for (int from = 0; from < suspects.size(); from += BATCH) {
                List<EntityKey> batch = suspects.subList(from, Math.min(from + BATCH, suspects.size()));
                Confirm.Confirmed confirmed = retry.of(() -> confirm.confirm(batch));
                Repaired repaired = request.repairs() ? repaired(confirmed.divergences()) : Repaired.NOTHING;
                soFar = soFar.plus(
                        0,
                        confirmed.divergences(),
                        repaired.done,
                        confirmed.unsettled().size() + repaired.unsettled,
                        repaired.refusals);
                if (!control.mayGoOn()) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(soFar);
    }

    /** @param unsettled among those not done: written again in every round */
    private record Repaired(long done, long unsettled, Map<String, String> refusals) {
        static final Repaired NOTHING = new Repaired(0, 0, Map.of());
    }

    private Repaired repaired(List<Divergence> divergences) throws StoreException, InterruptedException {
        List<EntityKey> keys = divergences.stream().map(Divergence::key).toList();
        if (keys.isEmpty()) {
            return Repaired.NOTHING;
        }
        Copied copied = retry.of(() -> refreshed(keys));
        Map<String, String> refusals = new TreeMap<>();
        copied.refused().forEach((key, reason) -> refusals.put(key.value(), reason));
        copied.changedAgain()
                .forEach(key ->
                        refusals.put(key.value(), "it was written again in every round of the repair; run it again"));
        return new Repaired(keys.size() - refusals.size(), copied.changedAgain().size(), refusals);
    }

    /** Each from the side that owns it, and while nobody's ownership changes. */
    private Copied refreshed(List<EntityKey> keys) throws StoreException, InterruptedException {
        standstill.enter(stores.slice());
        try {
            Map<Side, List<EntityKey>> bySide = keys.stream()
                    .collect(Collectors.groupingBy(authorityOf, TreeMap::new, Collectors.toCollection(ArrayList::new)));
            List<Copied> copied = new ArrayList<>();
            for (Map.Entry<Side, List<EntityKey>> side : bySide.entrySet()) {
                copied.add(refresh.copy(side.getKey(), side.getValue()));
            }
            return Copied.of(copied);
        } finally {
            standstill.leave(stores.slice());
        }
    }
}
