package dev.bailey.simulation;

import static dev.bailey.simulation.JournalWorld.MILLI;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One world of the embedded journal alone, with its log's files and its tables, over a disk that loses, tears and fails. Clients write
 * records and change them; the process dies at every deed of the disk, and the power may go with it. Whatever the journal has
 * answered must be found by the next life, and nothing of what it said to have failed.
 */
final class JournalRun {

    private static final long MOST_STEPS = 400_000;
    private static final int LAST_LIVES = 2;
    private static final int LAST_RECORDS = 3;

    private final JournalWorld world;
    private @Nullable Life life;
    private @Nullable GroupJournal open;
    private int steps;
    private int lives;
    private int clientsLeft;
    private int peaceful;
    private boolean ended;

    private JournalRun(JournalWorld world) {
        this.world = world;
        this.steps = world.choices().steps();
    }

    static Simulation.Result run(long seed, Path folder, Path blank) {
        JournalWorld world = new JournalWorld(seed, folder, blank);
        JournalRun run = new JournalRun(world);
        try {
            run.run();
        } catch (RuntimeException e) {
            world.broken("TheSimulatorItself", String.valueOf(e));
        } finally {
            world.journal().close();
        }
        Violation broken = world.violation();
        Counts counts = world.counts();
        counts.steps = world.machine().steps();
        counts.lives = run.lives;
        counts.simulatedMillis = world.machine().now() / MILLI;
        return new Simulation.Result(
                seed,
                Optional.ofNullable(broken).map(Throwable::getMessage),
                broken == null ? "" : broken.invariant(),
                world.machine().trace().hash(),
                counts,
                world.machine().trace().lines());
    }

    private void run() {
        for (int i = 0; i < world.choices().kills(); i++) {
            world.life().after(Duration.ofNanos(world.random().nextLong(400 * MILLI)), () -> {
                Life known = life;
                if (known != null && world.faults().areOn()) {
                    known.end("killed");
                }
            });
        }
        for (int i = 0; i < world.choices().fullTimes(); i++) {
            long at = world.random().nextLong(400 * MILLI);
            world.life().after(Duration.ofNanos(at), () -> world.trouble().full(true));
            world.life()
                    .after(
                            Duration.ofNanos(at + world.random().nextLong(200 * MILLI)),
                            () -> world.trouble().full(false));
        }
        live();
        for (long step = 0; !ended && world.violation() == null; step++) {
            if (step > MOST_STEPS) {
                throw new IllegalStateException("no end after " + MOST_STEPS + " steps");
            }
            if (!world.machine().step()) {
                throw new IllegalStateException("nothing is left that could ever happen");
            }
        }
    }

    private void lives(@Nullable Life next) {
        life = next;
        world.trouble().writer(next);
    }

    private void live() {
        Life next = new Life(world.machine(), "process" + ++lives);
        lives(next);
        world.say(next.name() + " starts");
        next.onDeath(() -> ends(next));
        next.start(() -> guarded(() -> begin(next)));
    }

    /** A life is over; the next begins a little later, unless all has been seen. */
    private void ends(Life over) {
        if (life != over) {
            return;
        }
        lives(null);
        open = null;
        world.journal().processDied();
        if (world.faults().next(1_000) < world.choices().mille().powerLost()) {
            world.say("the power is lost");
            world.journal().powerLost();
        }
        world.life().after(Duration.ofNanos(world.faults().between(MILLI, 100 * MILLI)), this::live);
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            world.broken("TheSimulatorItself", String.valueOf(e));
        }
    }

    private void begin(Life mine) {
        GroupJournal opened;
        int before = world.trouble().failures();
        try {
            opened = world.journal()
                    .open(GroupBounds.defaults().withProbeEvery(Duration.ofMillis(20)), mine, mine.threads());
        } catch (JournalException e) {
            if (world.trouble().failures() == before) {
                world.broken("TheJournalOpens", mine.name() + ": " + e.getMessage());
            } else {
                world.say(mine.name() + " cannot open the journal: " + e.getMessage());
                mine.end("without a journal");
            }
            return;
        }
        world.say(mine.name() + " has opened the journal, " + world.journal().logFiles() + " files");
        world.truth().lives();
        world.truth().look(opened);
        if (world.violation() != null) {
            return;
        }
        open = opened;
        if (steps <= 0) {
            world.trouble().end();
            last(mine, opened);
            return;
        }
        clientsLeft = world.choices().clients();
        for (int i = 0; i < world.choices().clients(); i++) {
            JournalClient client =
                    new JournalClient(world, mine, opened, world.truth().owned(i));
            mine.start(() -> guarded(() -> serve(mine, opened, client)));
        }
    }

    /** Nothing goes wrong any more: what is there stays, and more is taken. */
    private void last(Life mine, GroupJournal opened) {
        if (peaceful == LAST_LIVES) {
            opened.close();
            world.journal().processEnded();
            ended = true;
            return;
        }
        peaceful++;
        JournalClient client = new JournalClient(world, mine, opened, List.of());
        for (int i = 0; i < LAST_RECORDS; i++) {
            if (client.append().isEmpty()) {
                world.broken("TheJournalGoesOn", "a write is refused, though nothing goes wrong any more");
            }
        }
        if (peaceful == 1) {
            mine.end("at last");
        } else {
            close(mine, opened);
        }
    }

    private void serve(Life mine, GroupJournal opened, JournalClient client) {
        while (steps > 0) {
            steps--;
            if (world.faults().happens(world.choices().mille().closes())) {
                close(mine, opened);
            } else {
                client.step();
            }
            if (world.faults().next(4) == 0) {
                mine.sleepOn(world.faults().between(MILLI / 10, 20 * MILLI));
            }
        }
        if (--clientsLeft == 0) {
            close(mine, opened);
        }
    }

    /** The process ends as it should; it is dead all the same where its log cannot be closed. */
    private void close(Life mine, GroupJournal opened) {
        if (open != opened) {
            return;
        }
        open = null;
        try {
            opened.close();
            world.journal().processEnded();
        } catch (JournalException e) {
            world.say(mine.name() + " does not close the journal: " + e.getMessage());
        }
        mine.end("at its own wish");
    }
}
