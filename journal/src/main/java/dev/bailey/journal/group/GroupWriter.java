package dev.bailey.journal.group;

import dev.bailey.journal.group.Failure.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Whatever waits when it comes round is one transaction and one flush; nobody waits for a
 * timer. A group that finds no room is written again without its appends; a group that the store refuses poisons the
 * journal: everything is answered as failed until a trial write works again.
 */
final class GroupWriter implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(GroupWriter.class);

    private final Engine engine;
    private final GroupBounds bounds;
    private final InstantSource clock;
    private final OperationQueue queue;
    private final Figures figures;
    private final AtomicBoolean asked = new AtomicBoolean();
    private @Nullable Tables tables;
    private @Nullable Failure poison;
    private Instant lastProbe = Instant.MIN;

    GroupWriter(Engine engine, GroupBounds bounds, InstantSource clock, OperationQueue queue, Figures figures) {
        this.engine = engine;
        this.bounds = bounds;
        this.clock = clock;
        this.queue = queue;
        this.figures = figures;
    }

    /** Asks for the engine's upkeep between two groups. */
    void askUpkeep() {
        asked.set(true);
        queue.nudge();
    }

    @Override
    public void run() {
        while (!queue.isDrained()) {
            List<Operation<?>> group = queue.takeGroup();
            if (!group.isEmpty()) {
                answer(group);
            }
            if (asked.getAndSet(false)) {
                upkeep();
            }
        }
        closeTables();
    }

    private void answer(List<Operation<?>> group) {
        Failure refused;
        try {
            refused = stillPoisoned();
            if (refused == null) {
                write(group);
                return;
            }
        } catch (SQLException e) {
            refused = poison(e, engine.diagnosed(e));
        } catch (RuntimeException | Error e) {
            refused = poison(e, new Failure(Kind.STORE, "the journal's writer failed: " + e));
        }
        for (Operation<?> operation : group) {
            operation.fail(refused);
        }
    }

    private @Nullable Failure stillPoisoned() {
        Failure known = poison;
        if (known == null) {
            return null;
        }
        Instant now = clock.instant();
        if (now.isBefore(lastProbe.plus(bounds.probeEvery())) && !now.isBefore(lastProbe)) {
            return known;
        }
        lastProbe = now;
        try {
            Tables probed = open();
            probed.probe();
        } catch (SQLException e) {
            return poison(e, engine.diagnosed(e));
        }
        countAnew();
        log.info("the journal takes writes again");
        poison = null;
        return null;
    }

    private Failure poison(Throwable cause, Failure failure) {
        boolean isFirst = poison == null;
        if (isFirst) {
            log.error("the journal cannot write: {}; every write is answered as failed until it can", failure.reason());
            lastProbe = clock.instant();
        }
        Tables broken = tables;
        if (broken != null) {
            broken.rollback(cause);
        }
        closeTables();
        if (isFirst) {
            countIfReadable();
        }
        Failure known = new Failure(Kind.STORE, failure.reason());
        poison = known;
        return known;
    }

    private void countIfReadable() {
        try {
            countAnew();
        } catch (RuntimeException unreadable) {
            log.debug("the journal is counted when it takes writes again", unreadable);
        }
    }

    /** A commit that failed may have been written all the same, so what the figures were told is not to be trusted. */
    private void countAnew() {
        Figures counted = new Figures();
        engine.questions().count(counted);
        figures.become(counted);
    }

    private void write(List<Operation<?>> group) throws SQLException {
        Tables open = open();
        List<Operation<?>> rest = new ArrayList<>(group);
        boolean appendsRefused = false;
        boolean raced = false;
        while (!rest.isEmpty()) {
            Operation<?> running = null;
            Transaction transaction = new Transaction(open, figures, Code.of(clock.instant()));
            try {
                open.begin(rest.stream().map(Operation::mention).toList());
                for (Operation<?> operation : rest) {
                    running = operation;
                    operation.run(transaction);
                }
                running = null;
                open.commit();
            } catch (SQLException e) {
                Failure failure = engine.diagnosed(e);
                open.rollback(e);
                if (failure.kind() == Kind.OPERATION && !raced && isAloneWithAKey(running, rest)) {
                    raced = true; // another process took the key at the same moment: now it can be seen
                    continue;
                }
                if (failure.kind() == Kind.OPERATION && (running != null || rest.size() == 1)) {
                    Operation<?> impossible = running != null ? running : rest.getFirst();
                    impossible.fail(failure);
                    rest.remove(impossible);
                    continue;
                }
                if (failure.kind() == Kind.OPERATION) {
                    group.retainAll(rest);
                    writeApart(group);
                    break;
                }
                if (failure.kind() == Kind.FULL) {
                    refuseForWantOfRoom(rest, failure, appendsRefused);
                    appendsRefused = true;
                    open.reserve(true);
                    continue;
                }
                group.retainAll(rest);
                throw e;
            } catch (RuntimeException bug) {
                open.rollback(bug);
                if (running == null) {
                    group.retainAll(rest);
                    throw bug;
                }
                log.error("an operation of the journal failed", bug);
                running.fail(bug);
                rest.remove(running);
                continue;
            }
            transaction.tally().tell(figures);
            rest.forEach(Operation::succeed);
            engine.committed(
                    rest.size(), rest.stream().mapToLong(Operation::bytes).sum());
            break;
        }
        if (appendsRefused) {
            open.reserve(false);
        }
    }

    private static boolean isAloneWithAKey(@Nullable Operation<?> running, List<Operation<?>> rest) {
        return running == null && rest.size() == 1 && rest.getFirst().mention() instanceof Mention.WantedKey;
    }

    /** One of the group is impossible, and only the commit found out: each in a transaction of its own tells which. */
    private void writeApart(List<Operation<?>> group) throws SQLException {
        for (Operation<?> operation : List.copyOf(group)) {
            write(new ArrayList<>(List.of(operation)));
            group.remove(operation);
        }
    }

    /** Without room, appends go first; only when the rest finds no room either is it refused too. */
    private static void refuseForWantOfRoom(List<Operation<?>> rest, Failure failure, boolean appendsRefused) {
        for (Operation<?> operation : List.copyOf(rest)) {
            if (appendsRefused || operation.isAppend()) {
                operation.fail(failure);
                rest.remove(operation);
            }
        }
    }

    private void upkeep() {
        try {
            if (poison == null) {
                open().upkeep();
            }
        } catch (SQLException e) {
            log.warn("the upkeep of the journal's tables between two groups failed: {}", e.getMessage());
        }
    }

    private Tables open() throws SQLException {
        Tables known = tables;
        if (known == null) {
            known = engine.tables();
            tables = known;
            known.reserve(false);
        }
        return known;
    }

    private void closeTables() {
        Tables known = tables;
        tables = null;
        if (known != null) {
            try {
                known.close();
            } catch (SQLException e) {
                log.warn("closing the journal's connection failed: {}", e.getMessage());
            }
        }
    }
}
