package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Lost;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.PostgresLog;
import dev.bailey.datasync.store.sql.PostgresLog.Slot;
import dev.bailey.model.spec.FeedSpec.Capture;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Captures from a PostgreSQL log through a slot and a publication that carry the feed's name. Markers are messages in the
 * log, so nothing is written to any table.
 */
public final class PostgresCapture implements Source {

    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    /** Instead of where it stands: nothing is known but that slot and publication may be there. */
    private static final String UNSURE = "?";

    private final String name;
    private final String migration;
    private final String slot;
    private final Capture spec;
    private final Progress memory;
    private final String offsets;
    private final Pause pause;
    private final String publication;
    private final String passed;

    /**
     * @param name for messages
     * @param migration whose slot and publication it makes
     * @param slot of slot and publication
     * @param offsets the memory's key of where it stands
     */
    public PostgresCapture(
            String name, String migration, String slot, Capture spec, Progress memory, String offsets, Pause pause) {
        this.name = name;
        this.migration = migration;
        this.slot = slot;
        this.spec = spec;
        this.memory = memory;
        this.offsets = offsets;
        this.pause = pause;
        this.publication = offsets + "/publication";
        this.passed = offsets + "/passed";
    }

    @Override
    public Opened open() throws FeedException {
        PostgresLog log = PostgresLog.open(name, spec.login(), slot);
        try {
            List<LogTable> tables = EngineSettings.found(log.tables(spec.tables()));
            boolean anew = begin(log, tables);
            KeptOffsets.at(slot, memory, offsets);
            Engine engine = new Engine(
                    PostgresSettings.of(slot, JdbcAddress.of(spec.login()), tables),
                    new PostgresRecords(new RecordReader(tables, spec.patterns())),
                    new TransactionEnds(this::passed),
                    failure -> new Engine.End(PostgresLog.withoutValues(failure), false));
            return new Opened(new Stream(log, engine), anew);
        } catch (StoreException e) {
            log.close();
            throw new Unavailable(e.what(), e);
        } catch (JdbcAddress.Unfit e) {
            log.close();
            throw new Unavailable(String.valueOf(e.getMessage()), e);
        } catch (FeedException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /** Whether it begins now, or nobody knows where it stood. */
    private boolean begin(PostgresLog log, List<LogTable> tables) throws StoreException, FeedException {
        String kept = kept();
        if (kept.isEmpty() || kept.equals(UNSURE)) {
            create(log, tables);
            return true;
        }
        OptionalLong stood = KeptOffsets.position(kept);
        expect(log.slot(), stood);
        if (!published(log)) {
            throw notPublished();
        }
        if (!log.publishes(tables)) {
            // A table was added to the file. A new slot waits for those who wrote to it before; a grown publication
            // does not.
            create(log, tables);
            return true;
        }
        // Killed before the first position was kept: the debt may not have been written down.
        return stood.isEmpty();
    }

    /** Makes all anew. Killed on the way, it does so again: the debt is written down before a position is kept. */
    private void create(PostgresLog log, List<LogTable> tables) throws StoreException {
        memory.save(offsets, UNSURE);
        log.create(tables, migration);
        memory.save(publication, log.published());
        memory.save(passed, "");
        memory.save(offsets, "{}"); // from here on the slot is expected to be there
    }

    private boolean published(PostgresLog log) throws StoreException {
        return log.published().equals(memory.load(publication).orElse(""));
    }

    /** What is before it is applied; the slot moves on no farther. */
    private void passed(long position) {
        memory.save(passed, Long.toString(position));
    }

    private void expect(Slot found, OptionalLong stood) throws Lost {
        switch (found) {
            case Slot.Missing _ ->
                throw new Lost("slot " + slot + " is gone from the database (expected it since the feed began)");
            case Slot.Invalid _ ->
                throw new Lost("the database invalidated slot " + slot
                        + " because it was too far behind (see max_slot_wal_keep_size)");
            case Slot.Good(long confirmed, long end) -> {
                if (stood.isPresent() && confirmed > Math.max(stood.getAsLong(), passed())) {
                    throw new Lost("slot " + slot + " was made anew or moved on by somebody else");
                }
                if (stood.isPresent() && end < stood.getAsLong()) {
                    throw new Lost("the database's log ends before what slot " + slot
                            + " has told already; was it restored or made anew?");
                }
            }
        }
    }

    private long passed() {
        return memory.load(passed)
                .filter(text -> !text.isEmpty())
                .map(Long::parseLong)
                .orElse(0L);
    }

    private Lost notPublished() {
        return new Lost(
                "publication " + slot + ", or a table in it, was changed, dropped or made anew by somebody else");
    }

    @Override
    public void release() throws FeedException {
        if (kept().isEmpty()) {
            return;
        }
        memory.save(offsets, UNSURE); // killed on the way, nobody must miss what is gone
        try (PostgresLog log = PostgresLog.open(name, spec.login(), slot)) {
            log.drop();
        } catch (StoreException e) {
            throw new Unavailable("slot " + slot + " could not be dropped: " + e.what(), e);
        }
        memory.save(offsets, "");
    }

    /** Where it stands: then the slot must be there. Empty when nothing is: it has not begun, or was let go. */
    private String kept() {
        return memory.load(offsets).orElse("");
    }

    /** The feed while it is open. */
    private final class Stream implements Feed {

        private final PostgresLog log;
        private final Engine engine;

        Stream(PostgresLog log, Engine engine) {
            this.log = log;
            this.engine = engine;
        }

        @Override
        public Polled poll(int most, Duration wait) throws FeedException, InterruptedException {
            // Where the stream ends, whether the slot is gone for good is seen when it is opened again.
            Polled polled = engine.poll(most, wait);
            awaitShown(polled);
            return polled;
        }

        /** Else an entity would be read as it was before, and nobody would tell of it again. */
        private void awaitShown(Polled polled) throws FeedException, InterruptedException {
            Set<Long> transactions = polled.changes().stream()
                    .flatMap(change -> change.transaction().stream())
                    .map(Long::valueOf)
                    .collect(Collectors.toSet());
            if (transactions.isEmpty()) {
                return;
            }
            try {
                long end = System.nanoTime() + SHOWN_WITHIN.toNanos();
                while (!log.shows(transactions)) {
                    if (System.nanoTime() > end) {
                        throw new Unavailable(
                                "a transaction is in the log and not yet to be seen after " + SHOWN_WITHIN.toSeconds()
                                        + " s; does it wait for a standby (synchronous_standby_names)?");
                    }
                    pause.of(BETWEEN_LOOKS);
                }
            } catch (StoreException e) {
                throw new Unavailable(e.what(), e);
            }
        }

        @Override
        public void applied() {
            engine.applied();
        }

        @Override
        public void mark(String marker) throws FeedException {
            try {
                log.emit(PostgresRecords.MARKERS, marker);
                // What was not published was not told before the marker either.
                if (!published(log)) {
                    throw notPublished();
                }
            } catch (StoreException e) {
                throw new Unavailable(e.what(), e);
            }
        }

        @Override
        public OptionalLong waiting() {
            return OptionalLong.empty();
        }

        @Override
        public OptionalLong logBytes() throws FeedException {
            try {
                return log.slot() instanceof Slot.Good(long confirmed, long end)
                        ? OptionalLong.of(Math.max(0, end - confirmed))
                        : OptionalLong.empty();
            } catch (StoreException e) {
                throw new Unavailable(e.what(), e);
            }
        }

        @Override
        public void close() {
            engine.close();
            log.close();
            KeptOffsets.gone(slot);
        }
    }
}
