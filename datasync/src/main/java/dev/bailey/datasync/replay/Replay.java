package dev.bailey.datasync.replay;

import dev.bailey.datasync.replay.EventLog.Batch;
import dev.bailey.datasync.replay.EventLog.Extent;
import dev.bailey.datasync.replay.Fold.Outcome;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.FoldFile;
import dev.bailey.datasync.store.sql.FoldFile.Bad;
import dev.bailey.datasync.store.sql.FoldFile.Entity;
import dev.bailey.datasync.store.sql.FoldFile.Step;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.ReplaySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log folded into a file, batch by batch. Thread-safe; blocks. */
final class Replay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    /**
     * So long a file may lie without being read on. Compaction takes tombstones away when they are as old as the topic's
     * {@code delete.retention.ms}, usually a day: what they deleted would stay in the file for ever.
     */
    private static final Duration OLDEST = Duration.ofHours(12);

    /** So often it is written down that there was nothing to read. */
    private static final Duration NOTED = Duration.ofMinutes(10);

    private final ReplaySpec spec;
    private final Fold fold;
    private final Function<EntityKey, String> shown;
    private final FoldFile file;
    private final EventLog.Opener opener;
    private final InstantSource clock;
    private @Nullable EventLog log;
    private String id = "";
    private Map<Integer, Long> next = Map.of();

    /**
     * @param shown a key as it is shown to people
     * @throws IllegalArgumentException when an expression is no JSONata
     */
    Replay(
            KeyNames key,
            ReplaySpec spec,
            Function<EntityKey, String> shown,
            FoldFile file,
            EventLog.Opener opener,
            InstantSource clock) {
        this.spec = spec;
        this.shown = shown;
        this.fold = new Fold(key, spec, shown);
        this.file = file;
        this.opener = opener;
        this.clock = clock;
    }

    FoldFile file() {
        return file;
    }

    Fold fold() {
        return fold;
    }

    /** What to do with states that are no use any more. */
    enum Unfit {
        /** They are kept and nothing is read: somebody is to say that what the log has now is the truth. */
        REFUSE,
        /** They are thrown away, and the log is folded from its beginning. */
        BEGIN_AGAIN
    }

    /**
     * Why the log cannot be read on.
     *
     * @param lost whether the log lost what was in it, so that it tells another truth now
     */
    record Broken(String why, boolean lost) {
        StoreException told() {
            return new StoreException(why + "; run "
                    + (lost ? "the backfill" : "a full reconcile or the backfill")
                    + ", which folds the log from its beginning, then see what a reconcile finds");
        }
    }

    /** Why the log cannot be read on now; empty where it can. */
    Optional<Broken> broken() throws StoreException {
        try (EventLog look = opener.open()) {
            return broken(look.extent());
        }
    }

    /** Where the partitions end now: what is committed before must have been folded by whoever is to know it. */
    synchronized Map<Integer, Long> fence(Unfit unfit) throws StoreException {
        return using(unfit, open -> {
            Extent extent = open.extent();
            if (!extent.id().equals(id)
                    || !extent.begins().keySet().equals(next.keySet())
                    || broken(extent).isPresent()) {
                seek(open, extent, unfit);
            }
            Instant now = clock.instant();
            if (left(extent.ends()) == 0
                    && file.read().filter(now.minus(NOTED)::isBefore).isEmpty()) {
                file.read(now);
            }
            return extent.ends();
        });
    }

    /** How many offsets are left before a fence; ends of transactions are among them. */
    synchronized long left(Map<Integer, Long> fence) {
        return fence.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - next.getOrDefault(end.getKey(), 0L)))
                .sum();
    }

    /** Where the partitions stand. */
    synchronized Map<Integer, Long> next() {
        return new TreeMap<>(next);
    }

    /** Folds what comes next; returns how many records that were, 0 when none came in time. */
    synchronized int step(Duration wait, Unfit unfit) throws StoreException {
        return using(unfit, open -> {
            Batch batch = open.poll(wait);
            if (!batch.next().equals(next)) {
                keep(batch);
            }
            return batch.events().size();
        });
    }

    private void keep(Batch batch) throws StoreException {
        Map<String, Entity> known = new HashMap<>(file.entities(batch.events().stream()
                .flatMap(event -> event.key().stream())
                .distinct()
                .toList()));
        Map<String, Entity> changed = new LinkedHashMap<>();
        List<Bad> bad = new ArrayList<>();
        Optional<KeyKind> kind = file.kind().map(KeyOrder::kind);
        for (Event event : batch.events()) {
            if (spec.except().contains(event.place())) {
                continue;
            }
            if (event.key().isEmpty()) {
                bad.add(new Bad(event.partition(), event.offset(), Optional.empty(), withoutKey(event)));
                continue;
            }
            String key = event.key().get();
            Entity before = known.get(key);
            if (before != null && before.broken() != null) {
                continue; // told already; what came of it then, nobody knows
            }
            Outcome outcome = outcome(key, before, event);
            if (outcome instanceof Outcome.Stands stands && stands.document().isPresent()) {
                KeyKind own = stands.document().get().kind();
                if (kind.isPresent() && !kind.get().equals(own)) {
                    outcome = new Outcome.Bad("its document's key is " + own.label() + " (expected "
                            + kind.get().label() + " as those before); let the mapping give keys of one kind");
                } else {
                    kind = Optional.of(own);
                }
            }
            if (outcome instanceof Outcome.Bad(String why)) {
                bad.add(new Bad(event.partition(), event.offset(), Optional.of(key), why));
            }
            Entity after = after(key, before, event, outcome, kind);
            known.put(key, after);
            changed.put(key, after);
        }
        file.keep(id, clock.instant(), new Step(next, batch.next(), changed.values(), bad, kind.map(KeyOrder::told)));
        next = batch.next();
    }

    private String withoutKey(Event event) {
        if (event.value() == null && spec.log().key().isPresent()) {
            return "it tells no entity key: a tombstone has no value to find "
                    + spec.log().key().get()
                    + " in (expected none); where tombstones delete, the record's own key must be the entity's: leave"
                    + " `key` out";
        }
        return "it tells no entity key "
                + spec.log()
                        .key()
                        .map(pointer -> "(expected a text or a whole number at " + pointer + " of its value)")
                        .orElse("(expected a record key in UTF-8)");
    }

    private Outcome outcome(String key, @Nullable Entity before, Event event) {
        if (before != null && before.partition() != event.partition()) {
            return new Outcome.Bad("its entity has events in partition " + before.partition()
                    + " too, so nobody knows their order (expected all events of an entity in one partition)");
        }
        return fold.fold(key, before == null ? null : before.state(), event);
    }

    private static Entity after(
            String key, @Nullable Entity before, Event event, Outcome outcome, Optional<KeyKind> kind) {
        return switch (outcome) {
            case Outcome.Gone _ -> new Entity(key, event.partition(), null, null, null, null);
            case Outcome.Bad(String why) ->
                new Entity(
                        key,
                        event.partition(),
                        before == null ? null : before.place(),
                        before == null ? null : before.state(),
                        before == null ? null : before.document(),
                        "partition " + event.partition() + ", offset " + event.offset() + ": " + why);
            case Outcome.Stands(String state, Optional<Fold.Folded> document) ->
                new Entity(
                        key,
                        event.partition(),
                        document.isPresent() ? KeyOrder.of(kind.orElseThrow(), new EntityKey(key)) : null,
                        state,
                        document.map(Fold.Folded::json).orElse(null),
                        null);
        };
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(EventLog open) throws StoreException;
    }

    /** One that failed is not used again: where it stands nobody knows. */
    private <T> T using(Unfit unfit, Use<T> use) throws StoreException {
        boolean done = false;
        try {
            EventLog open = log;
            if (open == null) {
                open = opener.open();
                log = open;
                seek(open, open.extent(), unfit);
            }
            T result = use.of(open);
            done = true;
            return result;
        } finally {
            if (!done) {
                closeLog();
            }
        }
    }

    private Optional<Broken> broken(Extent extent) throws StoreException {
        String topic = "topic " + spec.log().topic();
        if (file.id().filter(before -> !before.equals(extent.id())).isPresent()) {
            return Optional.of(new Broken(topic + " was made anew", true));
        }
        boolean more = false;
        boolean whole = true;
        for (Map.Entry<Integer, Long> each : file.next().entrySet()) {
            int partition = each.getKey();
            long at = each.getValue();
            long begin = extent.begins().getOrDefault(partition, 0L);
            long end = extent.ends().getOrDefault(partition, 0L);
            if (at > end) {
                return Optional.of(new Broken(
                        topic + ", partition " + partition + " ends at " + end + " and " + at
                                + " was to come next: it lost records that were folded",
                        true));
            }
            if (at < begin && spec.truncated()) {
                return Optional.of(new Broken(
                        topic + ", partition " + partition + " begins at " + begin + " and " + at
                                + " was to come next: records were deleted before they were folded",
                        false));
            }
            more |= at < end;
            whole &= begin == 0;
        }
        Instant oldest = clock.instant().minus(OLDEST);
        // A log that cannot be folded from its beginning any more is not one that tells deletions by compaction.
        return more && (whole || spec.truncated())
                ? file.read()
                        .filter(oldest::isAfter)
                        .map(read -> new Broken(
                                topic + " was last read at " + read + " (expected within " + OLDEST.toHours()
                                        + " h): of a compacted topic, deletions may be gone since",
                                false))
                : Optional.empty();
    }

    private void seek(EventLog open, Extent extent, Unfit unfit) throws StoreException {
        Optional<Broken> broken = broken(extent);
        if (broken.isPresent() && unfit == Unfit.REFUSE) {
            throw broken.get().told();
        }
        Map<Integer, Long> kept = broken.isPresent() ? Map.of() : file.next();
        Map<Integer, Long> from = new TreeMap<>(kept);
        for (Map.Entry<Integer, Long> each : extent.begins().entrySet()) {
            int partition = each.getKey();
            long begin = each.getValue();
            long at = kept.getOrDefault(partition, spec.truncated() ? begin : 0L);
            if (at < begin) {
                throw new StoreException("topic " + spec.log().topic() + ", partition " + partition + " begins at "
                        + begin + " and " + at + " was to come next: records were deleted (retention, or by hand), so"
                        + " nobody can tell the entities' states; where each record holds the whole state, write"
                        + " truncated: accept, else restore the records");
            }
            from.put(partition, at);
        }
        if (broken.isPresent()) {
            LOG.warn("{}; it is folded again from its beginning", broken.get().why());
            file.beginAgain(extent.id());
        }
        if (!from.equals(kept)) {
            file.keep(extent.id(), clock.instant(), new Step(kept, from, List.of(), List.of(), Optional.empty()));
        }
        id = extent.id();
        next = Map.copyOf(from);
        open.seek(next);
    }

    /** What came of it so far, in words. */
    String told(UnaryOperator<String> many) throws StoreException {
        List<Bad> bad = file.bad();
        return bad.isEmpty()
                ? ""
                : many.apply(file.badCount() + " records could not be folded (the first: "
                        + bad.getFirst().told(shown) + ")");
    }

    private void closeLog() {
        EventLog open = log;
        log = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public synchronized void close() {
        closeLog();
        file.close();
    }
}
