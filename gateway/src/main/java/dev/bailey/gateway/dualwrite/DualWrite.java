package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.WriteAuthority;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The write path and its control over one journal. Open it after the journal, close it before. Thread-safe. */
public final class DualWrite implements WritePath, WriteControl, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DualWrite.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** Without a look for so long, what others write is not known. */
    private static final Duration SIGHT_IS_LOST = Duration.ofSeconds(1);

    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    /** Who waits so long for the turns of entities gives those back that it has, and begins anew. */
    private static final Duration TURNS_ANEW = Duration.ofMinutes(1);

    private static final Duration COMPACTED_AT_MOST_EVERY = Duration.ofSeconds(10);

    private final Journal journal;
    private final Scheduler scheduler;
    private final Tasks tasks;
    private final Slices slices;
    private final Admissions admissions;
    private final Resolver resolver;
    private final GapCarrier gaps;
    private final DualWriteConfig config;
    private final Sight sight;
    private final @Nullable OtherWrites others;

    private DualWrite(DualWriteConfig config, Scheduler scheduler, @Nullable Sharing sharing) {
        this.config = config;
        this.scheduler = scheduler;
        sight = sharing == null ? Sight.alone(scheduler) : Sight.amongOthers(scheduler);
        tasks = new Tasks(scheduler);
        journal = config.journal();
        int answerBytes = config.bounds().maxBodyKeptBytes();
        int concurrency = config.bounds().deliveryConcurrency();
        Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, config.jitter());
        WriteMeters meters = new WriteMeters(config.meters(), config.clock());
        Durably durably = new Durably(journal, tasks, pauses);
        EntityLanes lanes = new EntityLanes(config.bounds().entityQueue(), scheduler);
        Replay replay = new Replay(
                config.current(),
                journal,
                config.delivery(),
                config.lease(),
                config.translator(),
                scheduler,
                answerBytes);
        Compensations compensations = new Compensations(
                lanes, config.delivery(), config.lease(), config.bounds().entityWait(), answerBytes);
        Parking parking = new Parking(journal, durably, tasks, pauses);
        Carrier carrier = new Carrier(
                journal,
                durably,
                parking,
                replay,
                config.refresher(),
                compensations,
                config.debts(),
                config.lease(),
                config.clock(),
                scheduler,
                meters);
        slices = new Slices(name -> {
            SliceWrites slice = new SliceWrites(
                    name,
                    config.current(),
                    scheduler,
                    sight,
                    of -> new FollowerQueue(of, carrier, tasks, pauses, concurrency));
            meters.watch(slice);
            return slice;
        });
        Settlements settlements = new Settlements(durably, scheduler, meters);
        Asking asking = new Asking(config.current(), config.delivery(), config.translator(), answerBytes);
        resolver = new Resolver(
                journal,
                durably,
                parking,
                asking,
                settlements,
                config.debts(),
                config.lease(),
                config.clock(),
                tasks,
                pauses,
                meters,
                sharing == null,
                concurrency);
        AdmittedWrites admitted =
                new AdmittedWrites(settlements, durably, resolver, config.debts(), config.clock(), tasks, pauses);
        others = sharing == null ? null : new OtherWrites(sharing, sight, slices, parking, scheduler);
        AdmissionRules rules = new AdmissionRules(
                config.current(),
                journal,
                config.debts(),
                config.ids(),
                config.clock(),
                config.bounds(),
                config.lease(),
                meters,
                others);
        admissions = new Admissions(slices, lanes, admitted, tasks, rules);
        gaps = new GapCarrier(journal, config.refresher(), this::alone, this::endedEverywhere, scheduler);
    }

    /** Opens the write path and takes up everything the journal holds that is not final. Blocks while it reads. */
    public static DualWrite open(DualWriteConfig config) {
        return open(config, Scheduler.system());
    }

    /** How long a lease must last for any write of the migration to be sent. */
    public static Duration leaseNeeded(MigrationSpec spec) {
        return spec.slices().stream()
                .filter(SliceSpec::hasState)
                .map(AdmissionRules::needed)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** The same under a scheduler of one's own, which is closed with it. */
    public static DualWrite open(DualWriteConfig config, Scheduler scheduler) {
        DualWrite opened = new DualWrite(config, scheduler, null);
        config.current().get().spec().slices().forEach(slice -> opened.slices.of(slice.name()));
        opened.recover();
        opened.compact();
        return opened;
    }

    /**
     * Opens it over a journal that others write too. It admits and settles writes, and knows those of the others; it delivers
     * the {@link #partitions} that it is given. Blocks while it reads.
     */
    public static DualWrite openAmongOthers(DualWriteConfig config, Scheduler scheduler, Sharing sharing) {
        DualWrite opened = new DualWrite(config, scheduler, sharing);
        config.current().get().spec().slices().forEach(slice -> opened.slices.of(slice.name()));
        OtherWrites others = opened.amongOthers();
        others.begin();
        opened.tasks.start("following the journal", others);
        return opened;
    }

    private OtherWrites amongOthers() {
        if (others == null) {
            throw new IllegalStateException("nobody else writes this journal");
        }
        return others;
    }

    /** From now on this process keeps the journal small. */
    public void lead() {
        compact();
    }

    /** Which partitions this process delivers; none at first. */
    public HeldPartitions partitions() {
        return new HeldPartitions(sight, slices, amongOthers(), scheduler);
    }

    /** Who of the others has writes whose outcome is not written, as far as is seen. */
    public Set<String> undecided() {
        return slices.all().stream()
                .flatMap(slice -> slice.pending.undecided().stream())
                .map(write -> write.origin)
                .collect(Collectors.toSet());
    }

    /**
     * Finds out what became of what these have left under way, of whose life nothing more can be written. False when the journal
     * could not be read in time.
     */
    public boolean takeUp(Set<String> origins, Duration atMost) throws InterruptedException {
        if (!amongOthers().catchUp(atMost)) {
            return false;
        }
        for (SliceWrites slice : slices.all()) {
            for (PendingWrite write : slice.pending.adopt(origins)) {
                Turn turn = new Turn(null, slice.gate.enter(null));
                resolver.begin(
                        slice,
                        write,
                        turn,
                        new Outcome.Unknown(
                                "node " + write.origin + " stopped before the outcome was known to the journal"));
            }
        }
        return true;
    }

    /** How old what is known of the others' writes may be. */
    public Duration sightAge() {
        return others == null ? Duration.ZERO : others.age();
    }

    private void compact() {
        Compaction compaction = new Compaction(
                tasks, config.journal(), config.clock(), config.bounds().keepDelivered(), COMPACTED_AT_MOST_EVERY);
        tasks.start("compaction", compaction);
    }

    /** Waits until no write of the slice before a position, at whatever node, is without an outcome. */
    private boolean endedEverywhere(SliceWrites slice, long sequence, Duration atMost) throws InterruptedException {
        long until = scheduler.nanoTime() + atMost.toNanos();
        return slice.gate.awaitOlder(atMost)
                && (others == null
                        || (others.catchUp(Duration.ofNanos(until - scheduler.nanoTime()))
                                && slice.pending.awaitDecided(
                                        sequence, Duration.ofNanos(until - scheduler.nanoTime()))));
    }

    /** Everything is known before anything is delivered, so that the order within an entity is the journal's. */
    private void recover() {
        List<PendingWrite> unknown = new ArrayList<>();
        List<PendingWrite> applied = new ArrayList<>();
        journal.replayUndelivered(head -> {
            PendingWrite write = PendingWrite.found(head);
            if (write.isGap() && write.stage == PendingWrite.Stage.APPLIED) {
                return;
            }
            SliceWrites slice = slices.of(write.slice);
            SliceSpec spec = slice.spec();
            if (spec != null
                    && write.stage != PendingWrite.Stage.UNKNOWN
                    && spec.writes().replicate() == WritesSpec.Replicate.REPLAY) {
                write.mayLandWithin(
                        Replay.landing(spec),
                        scheduler.nanoTime()); // the last life may have sent it just before its end
            }
            slice.pending.add(write);
            if (write.stage == PendingWrite.Stage.UNKNOWN) {
                unknown.add(write);
            } else {
                applied.add(write);
            }
        });
        if (!unknown.isEmpty() || !applied.isEmpty()) {
            log.info("took up {} writes to deliver and {} of unknown fate", applied.size(), unknown.size());
        }
        for (PendingWrite write : unknown) {
            SliceWrites slice = slices.of(write.slice);
            Turn turn = new Turn(null, slice.gate.enter(null));
            resolver.begin(slice, write, turn, new Outcome.Unknown("the gateway stopped before the outcome was known"));
        }
        for (PendingWrite write : applied) {
            SliceWrites slice = slices.of(write.slice);
            slice.deliver(slice.pending.queueOfRecord(write));
        }
    }

    @Override
    public CompletionStage<Admission> admit(WriteRequest request) {
        return admissions.admit(request);
    }

    @Override
    public boolean hasMoved() {
        return slices.isRetired();
    }

    @Override
    public Optional<Side> aheadSide(SliceName slice, EntityKey entity) {
        SliceWrites known = slices.known(slice);
        if (others != null && others.age().compareTo(SIGHT_IS_LOST) > 0) {
            return authority(slice, entity);
        }
        return known == null ? Optional.empty() : Optional.ofNullable(known.pending.ahead(entity));
    }

    /** Where nobody knows what is undelivered, the authority has everything. */
    private Optional<Side> authority(SliceName name, EntityKey entity) {
        Snapshot snapshot = config.current().get();
        return snapshot.spec()
                .slice(name)
                .filter(SliceSpec::hasState)
                .map(slice -> WriteAuthority.of(slice, snapshot.state(name), entity));
    }

    @Override
    public boolean undeliveredSince(SliceName slice, Optional<EntityKey> entity, long nanoTime) {
        SliceWrites known = slices.known(slice);
        if (known == null) {
            return false;
        }
        boolean now = entity.isPresent() ? known.pending.ahead(entity.get()) != null : known.pending.anyUndelivered();
        return now || known.recent.since(entity, nanoTime);
    }

    @Override
    public void hold(SliceState prepared) {
        slices.of(prepared.slice()).gate.hold(prepared);
    }

    @Override
    public boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException {
        return slices.of(slice).gate.awaitQuiet(atMost);
    }

    @Override
    public boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException {
        long until = scheduler.nanoTime() + atMost.toNanos();
        long fence;
        try {
            fence = Tasks.await(journal.fence(slice)).sequence();
        } catch (IllegalStateException failed) {
            log.warn("the fence of slice {} could not be written", slice, failed);
            return false;
        }
        SliceWrites writes = slices.of(slice);
        return endedEverywhere(writes, fence, Duration.ofNanos(until - scheduler.nanoTime()))
                && writes.pending.awaitBefore(fence, Duration.ofNanos(until - scheduler.nanoTime()));
    }

    @Override
    public void release(SliceName slice) {
        slices.of(slice).gate.release();
    }

    @Override
    public int held(SliceName slice) {
        return slices.of(slice).gate.held();
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return journal.recentKeys(slice, since, limit);
    }

    @Override
    public boolean retry(RecordId id) {
        Optional<JournalRecord.Head> head = journal.find(id).map(JournalRecord::head);
        SliceWrites slice =
                head.map(JournalRecord.Head::slice).map(slices::known).orElse(null);
        PendingWrite write = slice == null ? null : slice.pending.find(id);
        if (slice == null || write == null) {
            return false;
        }
        write.hurry.complete(true);
        if (head.get().entity().isPresent()) {
            unpark(slice.name, head.get().entity().get());
        }
        slice.deliverNow(slice.pending.queueOfRecord(write));
        return true;
    }

    @Override
    public int unpark(SliceName slice, EntityKey entity) {
        SliceWrites known = slices.known(slice);
        if (known == null) {
            return 0;
        }
        Changed changed = journal.unparked(slice, entity).toCompletableFuture().join();
        if (!(changed instanceof Changed.Done(int records)) || records == 0) {
            return 0;
        }
        known.pending.unparked(entity);
        known.deliverNow(known.pending.queue(entity));
        return records;
    }

    @Override
    public boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException {
        return slices.of(slice).gate.awaitOlder(atMost);
    }

    @Override
    public GapDelivery deliverGap(SliceName slice, Side authority, Duration atMost, LongConsumer progress)
            throws InterruptedException {
        sight.want();
        return gaps.carry(slices.of(slice), authority, atMost, progress);
    }

    @Override
    public <T> T withoutDelivery(SliceName slice, List<EntityKey> keys, Supplier<T> action)
            throws InterruptedException {
        sight.want();
        while (true) {
            Optional<T> done = alone(slices.of(slice), keys, TURNS_ANEW, action);
            if (done.isPresent()) {
                return done.get();
            }
        }
    }

    private <T> Optional<T> alone(SliceWrites slice, List<EntityKey> keys, Duration atMost, Supplier<T> action)
            throws InterruptedException {
        List<EntityQueue> taken = new ArrayList<>();
        try {
            return slice.pending.beginAll(keys, taken, atMost) ? Optional.of(action.get()) : Optional.empty();
        } finally {
            for (EntityQueue queue : taken) {
                slice.pending.touched(queue);
                boolean more = slice.pending.end(queue, false);
                if (more) {
                    slice.deliver(queue);
                }
            }
        }
    }

    /**
     * Lets no more writes in, so that another process can take over the store, and waits until those that were admitted are
     * settled; one of unknown fate stays in the journal, for whoever opens it next. New writes are {@link Moved}. False when some
     * were not settled in time: then writes are taken again, and nothing has changed.
     */
    public boolean retire(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        slices.retire();
        for (SliceWrites slice : slices.all()) {
            if (!slice.gate.awaitSettled(Duration.ofNanos(until - System.nanoTime()))) {
                slices.reopen();
                return false;
            }
        }
        return true;
    }

    /** Takes no more writes, lets deliveries under way end (bounded), and stops. What is left is taken up at the next start. */
    @Override
    public void close() {
        if (others != null) {
            others.stop();
        }
        tasks.stop(CLOSE_GRACE);
    }

    /** Stops everything at once, as if the process had died. */
    void crash() {
        tasks.stop(Duration.ZERO);
    }

    @Nullable
    SliceWrites slice(SliceName name) {
        return slices.known(name);
    }
}
