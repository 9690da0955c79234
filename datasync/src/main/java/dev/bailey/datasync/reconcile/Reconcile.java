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
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
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
 * request a refresh of it from the side that owns it. At full speed, or spread over a time; then what was written lately is
 * looked at besides, again and again. Resumable after each part of a chunk that is judged; what it found is kept as it is found.
 */
public final class Reconcile implements Work {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FIRST_CHUNK = 10_000;
    private static final int SMALLEST_CHUNK = 100;
    private static final int LARGEST_CHUNK = 2_000_000;
    /** Suspects of any parts that are looked at again, and repaired, at once: a handover waits for no more. */
    private static final int BATCH = 500;

    /** So long suspects wait for others at full speed: what is kept of the pass is not further behind. */
    private static final Duration TOGETHER = Duration.ofSeconds(5);

    private static final int AHEAD = 2;
    /** Chunks of a pass that is spread over a time, at least. */
    private static final int SHARES = 100;

    private final StorePair stores;
    private final Function<EntityKey, Side> authorityOf;
    private final Refresh refresh;
    private final Confirm confirm;
    private final Standstill standstill;
    private final Lately lately;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final Throttle throttle = new Throttle();
    private String streams = "";
    private Retry retry;
    private volatile String message = "";

    public Reconcile(
            StorePair stores,
            Function<EntityKey, Side> authorityOf,
            Refresh refresh,
            Quiet quiet,
            Standstill standstill,
            Lately lately,
            InstantSource clock,
            LongSupplier nanoTime,
            Pause pause) {
        this.stores = stores;
        this.authorityOf = authorityOf;
        this.refresh = refresh;
        this.confirm = new Confirm(stores, authorityOf, quiet);
        this.standstill = standstill;
        this.lately = lately;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.retry = new Retry(pause, _ -> {});
    }

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        ReconcileRequest request = ReconcileRequest.of(control.record().request());
        if (request.rate() > 0) {
            control.rate().limit(request.rate());
        }
        message = control.record().message();
        retry = new Retry(pause, control::say, () -> control.say(message));
        Position position = control.position()
                .map(kept -> JSON.treeToValue(kept, Position.class))
                .orElse(null);
        return told(pass(control, request, position == null ? begin(control) : position), request);
    }

    private Position begin(JobControl control) throws StoreException, InterruptedException {
        retry.of(stores::keyKind);
        long total = stores.total(Side.LEGACY);
        ReconcileResult nothing = ReconcileResult.begun(control.record().startedAt());
        Position begun = new Position(Optional.empty(), total, Optional.empty(), nothing);
        save(control, begun);
        return begun;
    }

    private ReconcileResult pass(JobControl control, ReconcileRequest request, Position from)
            throws StoreException, InterruptedException {
        stores.begins();
        streams = retry.of(this::streams);
        try (Bisect bisect = retry.of(() -> Bisect.of(stores))) {
            return pass(control, request, from, bisect);
        }
    }

    private ReconcileResult pass(JobControl control, ReconcileRequest request, Position from, Bisect bisect)
            throws StoreException, InterruptedException {
        Optional<Spread> spread = request.spread().map(time -> new Spread(time, clock, pause));
        int largest =
                spread.isPresent() ? Math.clamp(from.total() / SHARES, SMALLEST_CHUNK, LARGEST_CHUNK) : LARGEST_CHUNK;
        ChunkSize size = new ChunkSize(Math.min(FIRST_CHUNK, largest), SMALLEST_CHUNK, largest);
        Lockstep lockstep = new Lockstep(
                stores,
                bisect.hash(),
                size,
                () -> control.rate().atOnce(size.get()),
                // What waits for its turn is not to be looked at long before it.
                spread.isPresent() ? 1 : AHEAD,
                nanoTime,
                retry);
        Gathered gathered = new Gathered(nanoTime);
        Position[] now = {from};
        boolean sawAll = control.mayGoOn()
                && lockstep.walk(new KeyRange(from.after().map(EntityKey::new), Optional.empty()), chunk -> {
                    boolean last = chunk.range().upTo().isEmpty();
                    boolean atOnce =
                            last || spread.isPresent() || control.rate().limit() > 0;
                    if (!judged(bisect, chunk, gathered, atOnce, request, control, now)
                            || !control.spend(chunk.rows())) {
                        return false;
                    }
                    pause.of(throttle.after(chunk.nanos()));
                    return spread.isPresent() ? waited(spread.get(), control, request, now, chunk) : control.mayGoOn();
                });
        long millis =
                Duration.between(now[0].soFar().startedAt(), clock.instant()).toMillis();
        ReconcileResult result = now[0].soFar().at(millis, sawAll);
        if (sawAll) {
            save(control, now[0].with(result));
        }
        return result;
    }

    private boolean waited(
            Spread spread, JobControl control, ReconcileRequest request, Position[] now, Lockstep.Chunk chunk)
            throws StoreException, InterruptedException {
        double done = now[0].soFar().rows() / (double) Math.max(1, now[0].total());
        double share = chunk.range().upTo().isEmpty() ? 1 : done;
        return spread.await(control, now[0].soFar().startedAt(), share, since -> {
            KeyKind kind = retry.of(stores::keyKind);
            List<EntityKey> written = lately.take(since).stream()
                    .flatMap(key -> kind.canonical(key).stream())
                    .distinct()
                    .toList();
            for (int from = 0, to; from < written.size(); from = to) {
                to = Math.min(from + control.rate().atOnce(BATCH), written.size());
                if (!control.spend(to - from) || !looked(now, written.subList(from, to), request, control)) {
                    return;
                }
                save(control, now[0]);
            }
        });
    }

    /** The pass tells of what never holds still. False when the job is to end before the repair. */
    private boolean looked(Position[] now, List<EntityKey> written, ReconcileRequest request, JobControl control)
            throws StoreException, InterruptedException {
        long before = now[0].soFar().unsettled();
        boolean settled = settled(now, written, request, control);
        ReconcileResult soFar = now[0].soFar();
        now[0] = now[0].looked(written.size(), soFar.plusUnsettled(before - soFar.unsettled()));
        return settled;
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

    private String told(ReconcileResult result, ReconcileRequest request) {
        String found = result.divergences() + " divergences in " + result.rows() + " rows";
        if (result.unsettled() > 0) {
            found += ", " + result.unsettled() + " never held still; run it again";
        }
        return (request.repairs() ? found + ", " + result.repaired() + " repaired" : found) + streams;
    }

    private void save(JobControl control, Position at) {
        message = at.soFar().divergences() + " divergences"
                + at.looked()
                        .map(entities -> ", " + entities + " entities written lately were looked at")
                        .orElse("") + streams;
        control.checkpoint(new JobControl.Checkpoint(
                at.soFar().rows(), at.total(), message, JSON.valueToTree(at), JSON.valueToTree(at.soFar())));
    }

    /**
     * Keeps what is found as it is found; false when the job is to end in the midst of the chunk.
     *
     * @param gathered suspects of chunks before it, to which its own are added
     * @param atOnce whether all of them are to be judged now: what follows the chunk may take long
     */
    private boolean judged(
            Bisect bisect,
            Lockstep.Chunk chunk,
            Gathered gathered,
            boolean atOnce,
            ReconcileRequest request,
            JobControl control,
            Position[] now)
            throws StoreException, InterruptedException {
        throttle.read((int) Math.min(Integer.MAX_VALUE, chunk.rows()), chunk.nanos());
        int last = chunk.parts().size() - 1;
        for (int i = 0; i <= last; i++) {
            int part = i;
            List<EntityKey> suspects = retry.of(() -> bisect.suspects(
                    chunk.parts().get(part),
                    chunk.legacy().get(part),
                    chunk.modern().get(part)));
            gathered.add(chunk.parts().get(part), chunk.rows(part), suspects);
            boolean due = part == last && (atOnce || gathered.waited(TOGETHER));
            // A batch is worth its wait when it is full; meanwhile both sides work on the next chunk.
            while (gathered.open() >= BATCH || due && gathered.open() > 0) {
                List<EntityKey> batch = gathered.first(control.rate().atOnce(BATCH));
                if (!settled(now, batch, request, control)) {
                    save(control, now[0]);
                    return false;
                }
                gathered.judged(batch.size());
                passed(now, gathered);
                save(control, now[0]);
                if (!control.mayGoOn()) {
                    return false;
                }
            }
            passed(now, gathered);
        }
        save(control, now[0]);
        return true;
    }

    private static void passed(Position[] now, Gathered gathered) {
        gathered.behind().forEach(part -> now[0] = now[0].behind(part));
    }

    /**
     * What differs is kept before it is repaired: the store may be gone by then. A repair counts for the rate before it writes.
     * False when the job is to end before it does.
     */
    private boolean settled(Position[] now, List<EntityKey> suspects, ReconcileRequest request, JobControl control)
            throws StoreException, InterruptedException {
        Confirm.Confirmed confirmed = retry.of(() -> confirm.confirm(suspects));
        now[0] = now[0].with(now[0].soFar()
                .differing(confirmed.divergences(), clock.instant())
                .plusUnsettled(confirmed.unsettled().size()));
        List<EntityKey> keys =
                confirmed.divergences().stream().map(Divergence::key).toList();
        if (request.repairs() && !keys.isEmpty()) {
            save(control, now[0]);
            if (!control.spend(keys.size())) {
                return false;
            }
            Repaired repaired = repaired(keys);
            now[0] = now[0].with(now[0].soFar()
                    .repaired(repaired.done, repaired.refusals, clock.instant())
                    .plusUnsettled(repaired.unsettled));
        }
        return true;
    }

    /** @param unsettled among those not done: written again in every round */
    private record Repaired(Set<EntityKey> done, long unsettled, Map<String, String> refusals) {}

    private Repaired repaired(List<EntityKey> keys) throws StoreException, InterruptedException {
        Copied copied = retry.of(() -> refreshed(keys));
        Map<String, String> refusals = new TreeMap<>();
        copied.refused().forEach((key, reason) -> refusals.put(key.value(), reason));
        copied.changedAgain()
                .forEach(key ->
                        refusals.put(key.value(), "it was written again in every round of the repair; run it again"));
        Set<EntityKey> done =
                keys.stream().filter(key -> !refusals.containsKey(key.value())).collect(Collectors.toSet());
        return new Repaired(done, copied.changedAgain().size(), refusals);
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
