package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Lost;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Debezium engine, turned from one that pushes into one that is polled: it gives a batch and waits until that has
 * been applied before it marks it as processed and goes on.
 */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration END = Duration.ofSeconds(6);

    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final Thread thread;
    private final LinkedBlockingQueue<Batch> batches = new LinkedBlockingQueue<>(1);
    private final AtomicReference<@Nullable End> ended = new AtomicReference<>();
    private @Nullable Batch current;
    private int taken;
    private volatile boolean closed;

    /** @param hopeless whether it would end so again */
    record End(String why, boolean hopeless) {}

    /** @param applied completed with whether it was */
    private record Batch(List<Captured> events, CompletableFuture<Boolean> applied) {}

    /** @param failed what it failed of, without values of rows, and whether it would again from where it stands */
    Engine(
            Properties settings,
            Function<SourceRecord, Captured> reading,
            Positions positions,
            Function<@Nullable Throwable, End> failed) {
        engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using(OffsetCommitPolicy.always())
                .using((success, _, error) ->
                        ended.compareAndSet(null, success ? new End("it ended", false) : failed.apply(error)))
                .notifying((records, committer) -> handle(records, committer, reading, positions))
                .build();
        thread = Thread.ofPlatform()
                .daemon()
                .name("capture " + settings.getProperty("name"))
                .start(engine);
    }

    private void handle(
            List<RecordChangeEvent<SourceRecord>> records,
            RecordCommitter<RecordChangeEvent<SourceRecord>> committer,
            Function<SourceRecord, Captured> reading,
            Positions positions)
            throws InterruptedException {
        Batch batch = new Batch(
                records.stream().map(record -> reading.apply(record.record())).toList(), new CompletableFuture<>());
        batches.put(batch);
        try {
            // Closed since: whoever closed it may have looked for batches before this one came.
            if (closed || !batch.applied().get()) {
                throw new InterruptedException("the feed was closed");
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        if (!records.isEmpty()) {
            mark(records.getLast(), committer, positions);
        }
        committer.markBatchFinished();
    }

    private static void mark(
            RecordChangeEvent<SourceRecord> last,
            RecordCommitter<RecordChangeEvent<SourceRecord>> committer,
            Positions positions)
            throws InterruptedException {
        Optional<Map<String, Object>> behind = positions.behind(last.record());
        if (behind.isPresent()) {
            DebeziumEngine.Offsets there = committer.buildOffsets();
            behind.get().forEach(there::set);
            committer.markProcessed(last, there);
        }
    }

    /** At most so many events' changes; the next ones of the batch in hand first. */
    Polled poll(int most, Duration wait) throws FeedException, InterruptedException {
        Batch batch = current;
        if (batch == null) {
            batch = batches.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
            taken = 0;
            current = batch;
        }
        if (batch == null) {
            End end = ended.get();
            if (end != null) {
                String why = "the log's reader does not go on: " + end.why();
                throw end.hopeless() ? new Lost(why) : new Unavailable(why);
            }
            return Polled.NOTHING;
        }
        List<Change> changes = new ArrayList<>();
        Set<String> markers = new HashSet<>();
        int end = Math.min(batch.events().size(), taken + most);
        for (Captured event : batch.events().subList(taken, end)) {
            if (event.stranger().isPresent()) {
                throw new Lost("the log tells of " + event.stranger().get()
                        + ", which the feed does not declare; was a table renamed or added?");
            }
            changes.addAll(event.changes());
            event.marker().ifPresent(markers::add);
        }
        taken = end;
        return new Polled(changes, markers);
    }

    /** What was polled has been applied; the engine goes on when that was all of its batch. */
    void applied() {
        Batch batch = current;
        if (batch != null && taken == batch.events().size()) {
            current = null;
            batch.applied().complete(true);
        }
    }

    @Override
    public void close() {
        closed = true;
        Optional.ofNullable(current).ifPresent(batch -> batch.applied().complete(false));
        Optional.ofNullable(batches.poll()).ifPresent(batch -> batch.applied().complete(false));
        // It waits for its tasks as long as it likes.
        Thread closing =
                Thread.ofPlatform().daemon().name("close " + thread.getName()).start(this::end);
        try {
            if (!closing.join(END) || !thread.join(END)) {
                closing.interrupt();
                thread.interrupt();
                LOG.warn("{} did not end within {} s", thread.getName(), END.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.interrupt();
        }
    }

    private void end() {
        try {
            engine.close();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("ended already", e);
        }
    }
}
