package dev.bailey.datasync.feed.outbox;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.OutboxTable;
import dev.bailey.datasync.store.sql.OutboxTable.Row;
import dev.bailey.model.spec.FeedSpec.Outbox;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An outbox table looked at over and over; what was applied is deleted. A marker comes through with the first look begun
 * after it that finds less than it asked for: whatever was committed before the marker has been given by then.
 */
public final class OutboxFeed implements Feed {

    private static final int COUNTED = 10_000;

    private final OutboxTable table;
    private final String of;
    private final Duration every;
    private final Pause pause;
    private final Set<String> marked = new HashSet<>();
    private List<Row> given = List.of();

    private OutboxFeed(String name, Outbox spec, Pause pause) {
        this.table = OutboxTable.open(name, spec);
        this.of = spec.table();
        this.every = spec.every();
        this.pause = pause;
    }

    /** The table keeps its rows by itself, so there is nothing to begin anew and nothing to let go. */
    public static Source source(String name, Outbox spec, Pause pause) {
        return new Source() {
            @Override
            public Opened open() {
                return new Opened(new OutboxFeed(name, spec, pause), false);
            }

            @Override
            public void release() {
                // its rows wait
            }
        };
    }

    @Override
    public Polled poll(int most, Duration wait) throws FeedException, InterruptedException {
        Set<String> before = Set.copyOf(marked);
        try {
            given = table.oldest(most);
        } catch (StoreException e) {
            throw unavailable(e);
        }
        if (given.isEmpty() && before.isEmpty()) {
            pause.of(every.compareTo(wait) < 0 ? every : wait);
        }
        if (given.size() == most) {
            return new Polled(changes(), Set.of());
        }
        marked.removeAll(before);
        return new Polled(changes(), before);
    }

    private List<Change> changes() {
        return given.stream()
                .map(row -> new Change(row.key(), Optional.of(of), Optional.empty(), Optional.empty(), row.by()))
                .toList();
    }

    @Override
    public void applied() throws FeedException {
        try {
            table.remove(given);
        } catch (StoreException e) {
            throw unavailable(e);
        }
        given = List.of();
    }

    @Override
    public void mark(String marker) {
        marked.add(marker);
    }

    @Override
    public OptionalLong waiting() throws FeedException {
        try {
            return OptionalLong.of(table.waiting(COUNTED));
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    private Unavailable unavailable(StoreException e) {
        return new Unavailable(String.valueOf(e.getMessage()), e);
    }

    @Override
    public void close() {
        table.close();
    }
}
