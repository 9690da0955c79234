package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Lost;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.PostgresLog;
import dev.bailey.model.spec.FeedSpec.Capture;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Captures from a PostgreSQL log through a slot and a publication that carry the feed's name. Markers are messages in the
 * log, so nothing is written to any table.
 */
public final class PostgresCapture implements Source {

    private final String name;
    private final String slot;
    private final Capture spec;
    private final Progress memory;
    private final String offsets;

    /**
     * @param name for messages
     * @param slot of slot and publication
     * @param offsets the memory's key of where it stands
     */
    public PostgresCapture(String name, String slot, Capture spec, Progress memory, String offsets) {
        this.name = name;
        this.slot = slot;
        this.spec = spec;
        this.memory = memory;
        this.offsets = offsets;
    }

    @Override
    public Opened open() throws FeedException {
        PostgresLog log = PostgresLog.open(name, spec.login(), slot);
        try {
            boolean anew = begin(log);
            KeptOffsets.at(slot, memory, offsets);
            return new Opened(new Stream(log, new Engine(settings(), spec)), anew);
        } catch (StoreException e) {
            log.close();
            throw new Unavailable(String.valueOf(e.getMessage()), e);
        } catch (FeedException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private boolean begin(PostgresLog log) throws StoreException, FeedException {
        Optional<String> obstacle = log.obstacle(spec.tables());
        if (obstacle.isPresent()) {
            throw new Unavailable(obstacle.get());
        }
        boolean known = known();
        switch (log.slot()) {
            case GOOD -> {
                if (known) {
                    log.publish(spec.tables().keySet());
                    return false;
                }
            }
            case INVALID -> {
                if (known) {
                    throw new Lost("the database invalidated slot " + slot
                            + " because it was too far behind (see max_slot_wal_keep_size)");
                }
            }
            case MISSING -> {
                if (known) {
                    throw new Lost("slot " + slot + " is gone from the database (expected it since the feed began)");
                }
            }
        }
        log.create(spec.tables().keySet());
        memory.save(offsets, "{}"); // from here on the slot is expected to be there
        return true;
    }

    @Override
    public void release() throws FeedException {
        if (!known()) {
            return;
        }
        try (PostgresLog log = PostgresLog.open(name, spec.login(), slot)) {
            log.drop();
        } catch (StoreException e) {
            throw new Unavailable("slot " + slot + " could not be dropped: " + e.getMessage(), e);
        }
        memory.save(offsets, "");
    }

    /** Whether it has begun and was not let go since: then the slot must be there. */
    private boolean known() {
        return memory.load(offsets).filter(text -> !text.isEmpty()).isPresent();
    }

    private Properties settings() {
        JdbcAddress at = JdbcAddress.of(spec.login());
        Properties settings = new Properties();
        settings.setProperty("name", slot);
        settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.setProperty("topic.prefix", "bailey");
        settings.setProperty("database.hostname", at.host());
        settings.setProperty("database.port", Integer.toString(at.port()));
        settings.setProperty("database.dbname", at.database());
        settings.setProperty("database.user", at.user());
        settings.setProperty("database.password", at.password());
        at.option("sslmode").ifPresent(mode -> settings.setProperty("database.sslmode", mode));
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("slot.name", slot);
        settings.setProperty("slot.drop.on.stop", "false");
        settings.setProperty("publication.name", slot);
        settings.setProperty("publication.autocreate.mode", "disabled");
        settings.setProperty("snapshot.mode", "no_data");
        settings.setProperty(
                "table.include.list",
                spec.tables().keySet().stream()
                        .map(table -> table.contains(".") ? table : "public." + table)
                        .map(table -> table.replace("\"", ""))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(",")));
        settings.setProperty("message.prefix.include.list", Captured.MARKERS);
        settings.setProperty("skipped.operations", "none");
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("decimal.handling.mode", "string");
        settings.setProperty("max.batch.size", "1000");
        settings.setProperty("max.queue.size", "4000");
        settings.setProperty("poll.interval.ms", "50");
        settings.setProperty("errors.max.retries", "0"); // the runner tries again, and tells
        settings.setProperty("offset.storage", KeptOffsets.class.getName());
        settings.setProperty("offset.flush.interval.ms", "0");
        settings.setProperty("offset.flush.timeout.ms", "10000");
        settings.setProperty("record.processing.threads", "1");
        return settings;
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
            return engine.poll(most, wait);
        }

        @Override
        public void applied() {
            engine.applied();
        }

        @Override
        public void mark(String marker) throws FeedException {
            try {
                log.emit(Captured.MARKERS, marker);
            } catch (StoreException e) {
                throw new Unavailable(String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public OptionalLong waiting() {
            return OptionalLong.empty();
        }

        @Override
        public void close() {
            engine.close();
            log.close();
            KeptOffsets.gone(slot);
        }
    }
}
