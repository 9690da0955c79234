package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Lost;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.MariaLog;
import dev.bailey.model.spec.FeedSpec.Capture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Captures from a MariaDB server's binary log. Markers are written to a table of one row that carries the feed's name. */
public final class MariaDbCapture implements Source {

    /** Instead of where it stands: nothing is known but that the table of markers may be there. */
    private static final String UNSURE = "?";

    private final String name;
    private final String markers;
    private final Capture spec;
    private final Progress memory;
    private final String offsets;
    private final String history;

    /**
     * @param name for messages
     * @param markers of the table of markers
     * @param offsets the memory's key of where it stands
     */
    public MariaDbCapture(String name, String markers, Capture spec, Progress memory, String offsets) {
        this.name = name;
        this.markers = markers;
        this.spec = spec;
        this.memory = memory;
        this.offsets = offsets;
        this.history = offsets + "/tables";
    }

    @Override
    public Opened open() throws FeedException {
        MariaLog log = MariaLog.open(name, spec.login(), markers);
        try {
            JdbcAddress at = JdbcAddress.of(spec.login());
            List<LogTable> tables = EngineSettings.found(log.tables(spec.tables()));
            boolean anew = begin(log, tables);
            KeptOffsets.at(markers, memory, offsets);
            KeptHistory.at(markers, memory, history);
            Engine engine = new Engine(
                    MariaSettings.of(markers, at, tables),
                    new MariaRecords(new RecordReader(tables, spec.patterns()), at.database(), markers),
                    new TransactionStarts(),
                    // Begun anew, it would fail of the same at once.
                    failure ->
                            new Engine.End(MariaLog.withoutValues(failure), !anew && MariaLog.isOfItsContent(failure)));
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
    private boolean begin(MariaLog log, List<LogTable> tables) throws StoreException, Lost {
        String kept = memory.load(offsets).orElse("");
        String declared = tables.toString();
        Map<String, String> stood = kept.isEmpty() || kept.equals(UNSURE) ? Map.of() : KeptOffsets.newest(kept);
        // A table that was added to the file: what was written to it before is not told.
        if (stood.isEmpty()
                || !declared.equals(memory.load(offsets + "/declared").orElse(""))) {
            memory.save(offsets, UNSURE);
            log.create();
            memory.save(history, "");
            memory.save(offsets + "/declared", declared);
            memory.save(offsets, "{}");
            return true;
        }
        String file = stood.getOrDefault(TransactionStarts.FILE, "");
        String position = stood.getOrDefault(TransactionStarts.POSITION, "0");
        String transaction = stood.getOrDefault(TransactionStarts.TRANSACTION, "");
        switch (log.holds(file, Long.parseLong(position), transaction)) {
            case YES -> {}
            case PURGED ->
                throw new Lost("binary log " + file
                        + " was purged before it was read (see binlog_expire_logs_seconds and expire_logs_days)");
            case OTHER ->
                throw new Lost("transaction " + transaction + " is not at " + file + ":" + position
                        + " any more; was the binary log reset, or the database restored or replaced?");
        }
        if (memory.load(history).orElse("").isEmpty()) {
            throw new Lost("how the tables looked at " + file + ":" + position + " is not known any more");
        }
        return false;
    }

    @Override
    public void release() throws FeedException {
        if (memory.load(offsets).orElse("").isEmpty()) {
            return;
        }
        memory.save(offsets, UNSURE); // killed on the way, nobody must go on where it stood
        try (MariaLog log = MariaLog.open(name, spec.login(), markers)) {
            log.drop();
        } catch (StoreException e) {
            throw new Unavailable("table " + markers + " could not be dropped: " + e.what(), e);
        }
        memory.save(history, "");
        memory.save(offsets, "");
    }

    /** The feed while it is open. */
    private final class Stream implements Feed {

        private final MariaLog log;
        private final Engine engine;

        Stream(MariaLog log, Engine engine) {
            this.log = log;
            this.engine = engine;
        }

        @Override
        public Polled poll(int most, Duration wait) throws FeedException, InterruptedException {
            Polled polled = engine.poll(most, wait);
            if (!polled.changes().isEmpty()) {
                // The log tells of a transaction before it can be seen.
                mark("seen " + System.nanoTime());
            }
            return polled;
        }

        @Override
        public void applied() {
            engine.applied();
        }

        @Override
        public void mark(String marker) throws FeedException {
            try {
                log.mark(marker);
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
            Map<String, String> stood = KeptOffsets.newest(
                    memory.load(offsets).filter(kept -> kept.startsWith("{")).orElse("{}"));
            String file = stood.get(TransactionStarts.FILE);
            if (file == null) {
                return OptionalLong.empty();
            }
            try {
                return log.bytesBehind(file, Long.parseLong(stood.getOrDefault(TransactionStarts.POSITION, "0")));
            } catch (StoreException e) {
                throw new Unavailable(e.what(), e);
            }
        }

        @Override
        public void close() {
            engine.close();
            log.close();
            KeptOffsets.gone(markers);
            KeptHistory.gone(markers);
        }
    }
}
