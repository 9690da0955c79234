package dev.bailey.datasync.replay;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.replay.EventLog.Extent;
import dev.bailey.datasync.replay.Replay.Broken;
import dev.bailey.datasync.replay.Replay.Unfit;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.Remarks;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.datasync.store.sql.FoldFile;
import dev.bailey.datasync.store.sql.FoldFile.Bad;
import dev.bailey.datasync.store.sql.FoldFile.Entity;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.ReplaySpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Entities as a log of events tells them. The log is folded into a file beside it, and before anything is read from that it is
 * folded on to where it ends at that moment: so what is read is as new as the log. It is never written. Thread-safe.
 */
public final class LogStore implements EntityStore {

    /** For what came into the log since the last look. */
    private static final Duration CATCH_UP = Duration.ofSeconds(5);

    /** For a look at a log whose states are not kept. */
    private static final Duration LOOK = Duration.ofMillis(1_500);

    private static final Duration POLL = Duration.ofMillis(200);

    /** After so many in vain it is no broker that is slow. */
    private static final int IDLE_POLLS = 5;

    /** Records that say nothing, after which the mapping is believed to be wrong. */
    private static final long BAD_MOST = 1_000;

    private static final int BAD_TOLD = 3;

    /** A file whose states a backfill was read from: they prove nothing of themselves. */
    private static final String READ = "read by a backfill";

    private final SliceName slice;
    private final Side side;
    private final String name;
    private final KeyNames key;
    private final Function<EntityKey, String> shown;
    private final ReplaySpec spec;
    private final Optional<Path> folder;
    private final EventLog.Opener opener;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private @Nullable Replay current;

    /**
     * Connects to nothing yet.
     *
     * @param shown a key as it is shown to people
     * @param folder where the folded states are kept; empty for a look, which keeps them in memory
     * @throws IllegalArgumentException when an expression is no JSONata
     */
    public LogStore(
            SliceName slice,
            Side side,
            KeyNames key,
            Function<EntityKey, String> shown,
            ReplaySpec spec,
            Optional<Path> folder,
            EventLog.Opener opener,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.slice = slice;
        this.side = side;
        this.name = "slice " + slice + ", topic " + spec.log().topic();
        this.key = key;
        this.shown = shown;
        this.spec = spec;
        this.folder = folder;
        this.opener = opener;
        this.clock = clock;
        this.nanoTime = nanoTime;
        new Fold(key, spec, shown);
    }

    private Path path(String ending) {
        return folder.orElseThrow().resolve(slice + ending);
    }

    private synchronized Replay current() throws StoreException {
        Replay open = current;
        if (open == null) {
            open = opened(folder.isPresent() ? Optional.of(path(".db")) : Optional.empty());
            current = open;
        }
        return open;
    }

    private Replay opened(Optional<Path> path) throws StoreException {
        String shape = key + "\n" + spec.shape();
        FoldFile file = path.isPresent() ? FoldFile.open(path.get(), shape) : FoldFile.inMemory(shape);
        return new Replay(key, spec, shown, file, opener, clock);
    }

    /**
     * Folds the log to where it ends now, however long that takes; nothing of it may be left untold.
     *
     * @return what was done, in words
     */
    public String replay(JobControl control, Pause pause) throws StoreException, InterruptedException {
        Replay replay = current();
        String done = toFence(replay, Unfit.BEGIN_AGAIN, control, new Retry(pause, control::say), "replaying the log");
        replay.file().mark(READ);
        return done;
    }

    /** A proof that came while states were copied proved nothing of those that were copied before it. */
    void copied() throws StoreException {
        current().file().mark(READ);
    }

    /**
     * Where a backfill was read from the states at hand, folds the whole log once more and puts what comes of it in their place:
     * what is then held against the follower owes nothing to what was written there. A log that lost what was in it is refused:
     * the states at hand are then all that is left.
     */
    public String prove(JobControl control, Pause pause) throws StoreException, InterruptedException {
        Retry retry = new Retry(pause, control::say);
        if (whole(retry).isEmpty() && current().file().mark().isEmpty()) {
            return toFence(current(), Unfit.REFUSE, control, retry, "reading the log on");
        }
        String done;
        try (Replay again = opened(Optional.of(path(".again.db")))) {
            done = toFence(again, Unfit.BEGIN_AGAIN, control, retry, "replaying the log once more");
            if (!control.mayGoOn()) {
                return done;
            }
            whole(retry);
        }
        synchronized (this) {
            current().close();
            current = null;
            FoldFile.replace(path(".again.db"), path(".db"));
        }
        toFence(current(), Unfit.REFUSE, control, retry, "reading the log on");
        return "the log was replayed once more: " + done;
    }

    /** Why the log cannot be read on, though it lost nothing; empty where it can. */
    private Optional<Broken> whole(Retry retry) throws StoreException, InterruptedException {
        Replay replay = current();
        Optional<Broken> broken = retry.of(replay::broken);
        if (broken.filter(Broken::lost).isPresent()) {
            throw broken.get().told().at(name);
        }
        return broken;
    }

    private String toFence(Replay replay, Unfit unfit, JobControl control, Retry retry, String doing)
            throws StoreException, InterruptedException {
        Map<Integer, Long> fence = new TreeMap<>(retry.of(() -> replay.fence(unfit)));
        long events = 0;
        int idle = 0;
        while (control.mayGoOn() && replay.left(fence) > 0) {
            int folded = retry.of(() -> replay.step(POLL, unfit));
            events += folded;
            idle = folded > 0 ? 0 : idle + 1;
            if (idle > IDLE_POLLS) {
                // Of a log that was made anew on the way there may be less.
                Map<Integer, Long> ends = retry.of(() -> replay.fence(unfit));
                fence.replaceAll((partition, end) -> Math.min(end, ends.getOrDefault(partition, 0L)));
            }
            long left = replay.left(fence);
            control.say(doing + ": " + events + " records, " + left + " offsets left to the fence"
                    + (idle > IDLE_POLLS ? ", waiting for a transaction that is open" : "")
                    + replay.told(bad -> "; " + bad));
            if (replay.file().badCount() >= BAD_MOST) {
                break;
            }
            control.spend(folded);
        }
        if (replay.file().badCount() > 0) {
            throw untold(replay);
        }
        return events + " records of " + spec.log().topic() + " folded to the fence " + words(fence);
    }

    private static String words(Map<Integer, Long> offsets) {
        return offsets.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> each.getKey() + ":" + each.getValue())
                .collect(Collectors.joining(" "));
    }

    private StoreException untold(Replay replay) throws StoreException {
        long count = replay.file().badCount();
        List<Bad> bad = replay.file().bad();
        return new StoreException(
                name,
                count + " records could not be folded, so states of entities are unknown; "
                        + bad.stream()
                                .limit(BAD_TOLD)
                                .map(each -> each.told(shown))
                                .collect(Collectors.joining("; "))
                        + (count > BAD_TOLD ? "; …" : "")
                        + " (expected none); mend `replay: state`, or name records that tell nothing in `except`,"
                        + " and restart Bailey",
                null);
    }

    /** Folds what came since the last look, in a bounded time. */
    private Replay caughtUp() throws StoreException {
        return caughtUp(CATCH_UP);
    }

    private Replay caughtUp(Duration limit) throws StoreException {
        Replay replay = current();
        long begun = nanoTime.getAsLong();
        try {
            Map<Integer, Long> fence = replay.fence(Unfit.REFUSE);
            while (replay.left(fence) > 0) {
                if (nanoTime.getAsLong() - begun > limit.toNanos()) {
                    throw new StoreException("the log is " + replay.left(fence) + " offsets further than what was"
                            + " folded of it within " + limit.toMillis()
                            + " ms (a transaction that is open, or much to read); try again");
                }
                replay.step(POLL, Unfit.REFUSE);
            }
            return replay;
        } catch (StoreException e) {
            throw e.at(name);
        }
    }

    @Override
    public Optional<KeyKind> keyKind() throws StoreException {
        return current().file().kind().map(KeyOrder::kind);
    }

    @FunctionalInterface
    private interface Asked<T> {
        T of(FoldFile file, Optional<byte[]> after, Optional<byte[]> upTo) throws StoreException;
    }

    private <T> T asked(KeyRange range, T nothing, Asked<T> ask) throws StoreException {
        Replay replay = caughtUp();
        FoldFile file = replay.file();
        if (file.badCount() > 0) {
            throw untold(replay);
        }
        Optional<KeyKind> kind = file.kind().map(KeyOrder::kind);
        if (kind.isEmpty()) {
            return nothing;
        }
        Function<EntityKey, byte[]> place = each -> KeyOrder.of(kind.get(), each);
        return ask.of(file, range.after().map(place), range.upTo().map(place));
    }

    @Override
    public List<Document> scan(KeyRange range, int limit) throws StoreException {
        List<String> kept = asked(range, List.of(), (file, after, upTo) -> file.documents(after, upTo, limit));
        List<Document> documents = new ArrayList<>(kept.size());
        Fold fold = current().fold();
        for (String json : kept) {
            documents.add(fold.read(json));
        }
        return documents;
    }

    @Override
    public Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException {
        Replay replay = caughtUp();
        Map<String, Entity> kept =
                replay.file().entities(keys.stream().map(EntityKey::value).toList());
        Map<EntityKey, Document> documents = new LinkedHashMap<>();
        for (EntityKey each : keys) {
            Entity entity = kept.get(each.value());
            if (entity != null && entity.broken() != null) {
                throw new StoreException(
                        name, "the state of entity " + shown.apply(each) + " is unknown: " + entity.broken(), null);
            }
            if (entity != null && entity.document() != null) {
                documents.put(each, replay.fold().read(entity.document()));
            }
        }
        return documents;
    }

    @Override
    public WriteReport write(List<Document> documents) {
        return refused(documents.stream().map(Document::key).toList());
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) {
        return refused(keys);
    }

    private WriteReport refused(List<EntityKey> keys) {
        return keys.stream()
                .map(each -> WriteReport.refused(
                        each,
                        name + ": a log of events is not written; change the entity by a request to " + side.label()))
                .reduce(WriteReport.NOTHING, WriteReport::plus);
    }

    @Override
    public List<StoreProblem> check() {
        try (EventLog log = opener.open()) {
            Extent extent = log.extent();
            return extent.begins().entrySet().stream()
                    .filter(each -> each.getValue() > 0 && !spec.truncated() && !isFolded(each.getKey()))
                    .map(each -> new StoreProblem(
                            slice,
                            side,
                            name + ": partition " + each.getKey() + " begins at offset " + each.getValue()
                                    + " (expected 0): records were deleted; where each record holds the whole state,"
                                    + " write truncated: accept, else restore them"))
                    .toList();
        } catch (StoreException e) {
            return List.of(StoreProblem.of(slice, side, e));
        }
    }

    /** What was folded before it was deleted is known. */
    private boolean isFolded(int partition) {
        if (folder.isEmpty() || !Files.exists(path(".db"))) {
            return false;
        }
        try {
            return current().file().next().containsKey(partition);
        } catch (StoreException unknown) {
            return false;
        }
    }

    /** Only of a look: what the mapping makes of the log's first records. */
    @Override
    public Remarks remarks() {
        try {
            caughtUp(LOOK);
        } catch (StoreException notWhole) {
            // So far as it came.
        }
        try {
            return new Remarks(
                    current().file().bad().stream()
                            .limit(BAD_TOLD)
                            .map(bad -> name + ": a record cannot be folded: " + bad.told(shown))
                            .toList(),
                    List.of());
        } catch (StoreException unknown) {
            return Remarks.NONE;
        }
    }

    @Override
    public List<String> fields() {
        return List.of();
    }

    @Override
    public long count(KeyRange range) throws StoreException {
        return asked(range, 0L, FoldFile::count);
    }

    @Override
    public Optional<EntityKey> last() throws StoreException {
        return asked(KeyRange.ALL, Optional.<String>empty(), (file, after, upTo) -> file.keyAt(after, upTo, -1))
                .map(EntityKey::new);
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) throws StoreException {
        return asked(range, Optional.<String>empty(), (file, after, upTo) -> file.keyAt(after, upTo, position))
                .map(EntityKey::new);
    }

    @Override
    public synchronized void close() {
        Replay open = current;
        current = null;
        if (open != null) {
            open.close();
        }
    }
}
