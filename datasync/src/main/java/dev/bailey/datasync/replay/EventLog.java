package dev.bailey.datasync.replay;

import dev.bailey.datasync.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A log of events in partitions, each in an order of its own. For one thread at a time; every method blocks, bounded. */
public interface EventLog extends AutoCloseable {

    /** Opens a log; connects to nothing yet. */
    @FunctionalInterface
    interface Opener {
        EventLog open() throws StoreException;
    }

    /**
     * What there is of the log now.
     *
     * @param id tells it from one that is made anew under its name
     * @param begins the first offset of each partition that is there
     * @param ends the offset behind the last record of each, be its transaction open or not
     */
    record Extent(String id, Map<Integer, Long> begins, Map<Integer, Long> ends) {
        public Extent {
            begins = Map.copyOf(begins);
            ends = Map.copyOf(ends);
        }
    }

    /**
     * Records that are committed, in the order of each partition.
     *
     * @param next where each partition goes on; what lies before and is not among the records will never be
     */
    record Batch(List<Event> events, Map<Integer, Long> next) {
        public Batch {
            events = List.copyOf(events);
            next = Map.copyOf(next);
        }
    }

    Extent extent() throws StoreException;

    /** Reads on from there; partitions that are not named are not read. */
    void seek(Map<Integer, Long> next) throws StoreException;

    /** What comes next, at most a thousand records; no events when nothing comes in time. */
    Batch poll(Duration wait) throws StoreException;

    @Override
    void close();
}
