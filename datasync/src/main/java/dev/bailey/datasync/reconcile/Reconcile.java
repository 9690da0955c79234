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
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final Duration INTERVAL_STEP = Duration.ofMillis(200);

    private final StorePair stores;
    private final Function<EntityKey, Side> authorityOf;
    private final Refresh refresh;
    private final Confirm confirm;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final Retry retry;
    private final Throttle throttle = new Throttle();

    public Reconcile(
            StorePair stores,
            Function<EntityKey, Side> authorityOf,
            Refresh refresh,
            Quiet quiet,
            InstantSource clock,
            LongSupplier nanoTime,
            Pause pause) {
        this.stores = stores;
        this.authorityOf = authorityOf;
        this.refresh = refresh;
        this.confirm = new Confirm(stores, authorityOf, quiet);
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.retry = new Retry(pause);
    }

    /** Where a pass goes on, and what the last whole pass found. */
    private record Position(
            Optional<String> after, long total, int pass, ReconcileResult soFar, Optional<ReconcileResult> last) {}

    private record ChunkResult(
            long rows,
            List<Divergence> divergences,
            long repaired,
            Set<EntityKey> unsettled,
            Map<String, String> refusals) {}

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        ReconcileRequest request = ReconcileRequest.of(control.record().request());
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
            throws StoreException {
        stores.keyKind();
        Position begun = new Position(
                Optional.empty(), stores.legacy().count(KeyRange.ALL), pass, ReconcileResult.begun(startedAt), last);
        save(control, begun);
        return begun;
    }

    /** Runs a pass; the position's {@code last} is empty when it was ended early. */
    private Position pass(JobControl control, ReconcileRequest request, Position from)
            throws StoreException, InterruptedException {
        Bisect bisect = retry.of(() -> Bisect.of(stores));
        Lockstep lockstep = new Lockstep(
                stores, bisect.hash(), new ChunkSize(FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK), nanoTime, pause);
        Position[] now = {from};
        boolean sawAll = control.mayGoOn()
                && lockstep.walk(new KeyRange(from.after.map(EntityKey::new), Optional.empty()), chunk -> {
                    ChunkResult result = judged(bisect, chunk, request);
                    now[0] = advanced(now[0], chunk.range(), result);
                    save(control, now[0]);
                    control.rate().spend(result.rows);
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

    private static Position advanced(Position at, KeyRange range, ChunkResult result) {
        ReconcileResult soFar = at.soFar.plus(
                result.rows, result.divergences, result.repaired, result.unsettled.size(), result.refusals);
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

    private static String told(ReconcileResult result, ReconcileRequest request) {
        String found = result.divergences() + " divergences in " + result.rows() + " rows";
        if (result.unsettled() > 0) {
            found += ", " + result.unsettled() + " never held still; run it again";
        }
        return request.repairs() ? found + ", " + result.repaired() + " repaired" : found;
    }

    private static void save(JobControl control, Position at) {
        String message = "pass " + at.pass + ": " + at.soFar.divergences() + " divergences";
        control.checkpoint(new JobControl.Checkpoint(
                at.soFar.rows(), at.total, message, JSON.valueToTree(at), JSON.valueToTree(at.last.orElse(at.soFar))));
    }

    private ChunkResult judged(Bisect bisect, Lockstep.Chunk chunk, ReconcileRequest request)
            throws StoreException, InterruptedException {
        long rows = chunk.rows();
        throttle.read((int) Math.min(Integer.MAX_VALUE, rows), chunk.nanos());
        List<EntityKey> suspects = new ArrayList<>();
        for (int i = 0; i < chunk.parts().size(); i++) {
            int part = i;
            suspects.addAll(retry.of(() -> bisect.suspects(
                    chunk.parts().get(part),
                    chunk.legacy().get(part),
                    chunk.modern().get(part))));
        }
        return retry.of(() -> settled(rows, suspects, request));
    }

    private ChunkResult settled(long rows, List<EntityKey> suspects, ReconcileRequest request)
            throws StoreException, InterruptedException {
        Confirm.Confirmed confirmed = confirm.confirm(suspects);
        Set<EntityKey> unsettled = new HashSet<>(confirmed.unsettled());
        Map<String, String> refusals = new TreeMap<>();
        long repaired = 0;
        if (request.repairs() && !confirmed.divergences().isEmpty()) {
            Map<Side, List<EntityKey>> bySide = confirmed.divergences().stream()
                    .map(Divergence::key)
                    .collect(Collectors.groupingBy(authorityOf, TreeMap::new, Collectors.toCollection(ArrayList::new)));
            for (Map.Entry<Side, List<EntityKey>> side : bySide.entrySet()) {
                Copied copied = refresh.copy(side.getKey(), side.getValue());
                copied.refused().forEach((key, reason) -> refusals.put(key.value(), reason));
                unsettled.addAll(copied.changedAgain());
                repaired += side.getValue().stream()
                        .filter(key -> !copied.refused().containsKey(key))
                        .filter(key -> !copied.changedAgain().contains(key))
                        .count();
            }
        }
        return new ChunkResult(rows, confirmed.divergences(), repaired, unsettled, refusals);
    }
}
