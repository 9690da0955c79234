package dev.bailey.datasync.backfill;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the node that runs a backfill lays parts out for other nodes to copy. What others do with a part is never more than help:
 * whoever laid it out takes it in again, and copies it as if nobody had. Times are by the board's own clock. Thread-safe; blocks.
 *
 * <p>Every method throws {@link StoreException} where the board cannot be reached, and may be called again then.
 */
public interface Board {

    /** Of a process that has no others beside it. */
    Board NONE = new Board() {
        @Override
        public int others() {
            return 0;
        }

        @Override
        public void offer(Part part, Duration lapse) {
            throw new UnsupportedOperationException("nobody is there to take " + part);
        }

        @Override
        public List<Standing> look(SliceName slice, Duration lapse) {
            return List.of();
        }

        @Override
        public Optional<Standing> take(Part part) {
            return Optional.empty();
        }

        @Override
        public Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) {
            return Optional.empty();
        }

        @Override
        public boolean holds(Taken taken, Duration term) {
            return false;
        }

        @Override
        public void copied(Taken taken, long written) {}

        @Override
        public void left(Taken taken) {}
    };

    /**
     * A part of the keys of a slice.
     *
     * @param job it belongs to
     * @param shape which the slice's stores are, and how they are read and written: who does it otherwise must not take it
     * @param term of the job's claim on it
     */
    record Part(SliceName slice, String job, String shape, long term, Optional<String> after, Optional<String> upTo) {

        /** Of what writes it to a store. */
        String name() {
            return "bailey " + job + "/" + term;
        }

        KeyRange range() {
            return new KeyRange(after.map(EntityKey::new), upTo.map(EntityKey::new));
        }
    }

    /** How a part stands. */
    enum State {
        OFFERED,
        /** Somebody is at it, and has time left. */
        HELD,
        COPIED,
        /** Who had it gave it up, or let its time run out. */
        LEFT
    }

    /**
     * A part as it stands.
     *
     * @param by who took it last
     * @param written documents that were written, of one that is copied
     */
    record Standing(Part part, State state, Optional<String> by, long written) {}

    /**
     * A part that this node has taken.
     *
     * @param claim tells it from every other time the part was taken
     */
    record Taken(Part part, long claim) {}

    /** How many other nodes carry traffic now, and so may take parts. */
    int others() throws StoreException;

    /** Lays a part out until it lapses; nothing where it lies there already. */
    void offer(Part part, Duration lapse) throws StoreException;

    /** All parts of a slice that lie here, whosever; those that nobody has taken last so much longer from now. */
    List<Standing> look(SliceName slice, Duration lapse) throws StoreException;

    /** Takes a part in, and tells how it stood; empty while somebody is at it. One that is gone, as after a lost answer, was left. */
    Optional<Standing> take(Part part) throws StoreException;

    /** Takes a part that is offered, of one of these slices, which is read and written in that shape, for a term. */
    Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) throws StoreException;

    /** Makes it this node's for a term from now; false where its time is over, or this node's: nothing may be written then. */
    boolean holds(Taken taken, Duration term) throws StoreException;

    /** Says that a part is copied, and that this node does nothing more with it. Not noted where its time is over. */
    void copied(Taken taken, long written) throws StoreException;

    /** Says that this node does nothing more with it, copied or not. */
    void left(Taken taken) throws StoreException;
}
