package dev.bailey.journal.sqlite;

import dev.bailey.journal.sqlite.Failure.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Whatever waits when it comes round is one transaction and one flush; nobody waits for a
 * timer. A group that finds no room is written again without its appends; a group that the disk refuses poisons the
 * journal: everything is answered as failed until a trial write works again.
 */
final class GroupWriter implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(GroupWriter.class);

    private final Engine engine;
    private final SqliteJournalSettings settings;
    private final InstantSource clock;
    private final OperationQueue queue;
    private final Figures figures;
    private final CommitFault fault;
    private final AtomicReference<@Nullable Checkpoint> asked = new AtomicReference<>();
    private @Nullable Tables tables;
    private @Nullable Failure poison;
    private Instant lastProbe = Instant.MIN;

    GroupWriter(
            Engine engine,
            SqliteJournalSettings settings,
            InstantSource clock,
            OperationQueue queue,
            Figures figures,
            CommitFault fault) {
        this.engine = engine;
        this.settings = settings;
        this.clock = clock;
        this.queue = queue;
        this.figures = figures;
        this.fault = fault;
    }

    /** Asks for a checkpoint between two groups: the rest that the engine cannot reach while there are writes. */
    void askCheckpoint(Checkpoint mode) {
        asked.set(mode);
        queue.nudge();
    }

    @Override
    public void run() {
        while (!queue.isDrained()) {
            List<Operation<?>> group = queue.takeGroup();
            if (!group.isEmpty()) {
                answer(group);
            }
            Checkpoint mode = asked.getAndSet(null);
            if (mode != null) {
                checkpoint(mode);
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
            refused = poison(e, Failure.of(e));
        } catch (RuntimeException | Error e) {
            refused = poison(e, new Failure(Kind.DISK, "the journal's writer failed: " + e));
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
        if (now.isBefore(lastProbe.plus(settings.probeEvery())) && !now.isBefore(lastProbe)) {
            return known;
        }
        lastProbe = now;
        try {
            Tables probed = open();
            fault.beforeCommit();
            probed.probe();
        } catch (SQLException e) {
            return poison(e, Failure.of(e));
        }
        countAnew();
        log.info("the journal takes writes again");
        poison = null;
        return null;
    }

    private Failure poison(Throwable cause, Failure failure) {
        if (poison == null) {
            log.error("the journal cannot write: {}; every write is answered as failed until it can", failure.reason());
            lastProbe = clock.instant();
        }
        Tables broken = tables;
        if (broken != null) {
            broken.rollback(cause);
        }
        closeTables();
        try {
            countAnew();
        } catch (RuntimeException unreadable) {
            log.debug("the journal is counted when it takes writes again", unreadable);
        }
        Failure known = new Failure(Kind.DISK, failure.reason());
        poison = known;
        return known;
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
        while (!rest.isEmpty()) {
            Operation<?> running = null;
            Transaction transaction = new Transaction(open, figures, Code.of(clock.instant()));
            try {
                open.begin();
                for (Operation<?> operation : rest) {
                    running = operation;
                    operation.run(transaction);
                }
                running = null;
                fault.beforeCommit();
                open.commit();
            } catch (SQLException e) {
                Failure failure = Failure.of(e);
                open.rollback(e);
                if (failure.kind() == Kind.OPERATION && running != null) {
                    running.fail(failure);
                    rest.remove(running);
                    continue;
                }
                if (failure.kind() == Kind.FULL) {
                    refuseForWantOfRoom(rest, failure, appendsRefused);
                    appendsRefused = true;
                    open.limit(settings.fileBytes() + settings.fileBytes() / 8);
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
            engine.committed(rest);
            break;
        }
        if (appendsRefused) {
            open.limit(settings.fileBytes());
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

    private void checkpoint(Checkpoint mode) {
        try {
            if (poison == null) {
                open().checkpoint(mode);
            }
        } catch (SQLException e) {
            log.warn("checkpoint between two groups failed: {}", e.getMessage());
        }
    }

    private Tables open() throws SQLException {
        Tables known = tables;
        if (known == null) {
            known = engine.tables();
            tables = known;
            known.limit(settings.fileBytes());
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
