package dev.bailey.simulation;

import dev.bailey.journal.sqlite.DiskTrouble;
import org.jspecify.annotations.Nullable;

/** What goes wrong with the disk of one world, and with the process that writes to it. */
final class JournalTrouble implements DiskTrouble {

    private final JournalWorld world;
    private @Nullable Life writer;
    private boolean isFull;
    private int failures;

    JournalTrouble(JournalWorld world) {
        this.world = world;
    }

    /** The process that has the journal, if one has. */
    void writer(@Nullable Life process) {
        writer = process;
    }

    void full(boolean now) {
        isFull = now && world.faults().areOn();
        world.say(isFull ? "the disk is full" : "the disk has room");
    }

    /** Nothing fails from now on. */
    void end() {
        world.faults().stop();
        isFull = false;
    }

    /** How often the disk has failed. */
    int failures() {
        return failures;
    }

    private JournalChoices.Mille mille() {
        return world.choices().mille();
    }

    @Override
    public void touch(String what) {
        Life known = writer;
        if (known != null && Thread.currentThread().isVirtual()) {
            world.faults().mayDie(known, mille().dies(), what);
        }
    }

    @Override
    public void await() {
        Life known = writer;
        if (known != null
                && Thread.currentThread().isVirtual()
                && world.faults().areOn()) {
            known.sleepOn(world.faults().between(JournalWorld.MILLI / 10, 10 * JournalWorld.MILLI));
            known.stopHere();
        }
    }

    @Override
    public boolean fails(Deed deed) {
        boolean fails = world.faults()
                .happens(
                        switch (deed) {
                            case WRITE -> mille().write();
                            case FLUSH -> mille().flush();
                            case CUT -> mille().cut();
                            case CREATE -> mille().create();
                            case REMOVE -> mille().remove();
                            case COMMIT -> mille().commit();
                        });
        if (fails) {
            failures++;
            world.say("the disk fails: " + deed);
        }
        return fails;
    }

    @Override
    public boolean isShort() {
        return world.faults().happens(mille().shortWrite());
    }

    @Override
    public boolean isFull() {
        return isFull;
    }

    @Override
    public int next(int bound) {
        return world.faults().next(bound);
    }
}
