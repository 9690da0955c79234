package dev.bailey.simulation;

import dev.bailey.journal.sqlite.UnsafeJournal;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Everything there is besides the processes that have the journal open: time, chance, the disk, and what is true. */
final class JournalWorld {

    static final long MILLI = 1_000_000;

    private final String folder;
    private final JournalChoices choices;
    private final Machine machine;
    private final Life life;
    private final Faults faults;
    private final SplittableRandom random;
    private final JournalTrouble trouble;
    private final UnsafeJournal journal;
    private final JournalTruth truth = new JournalTruth(this);
    private final Counts counts = new Counts();
    private @Nullable Violation violation;

    JournalWorld(long seed, Path folder, Path blank) {
        this.folder = folder.toString();
        SplittableRandom seeds = new SplittableRandom(seed);
        this.choices = JournalChoices.draw(seeds.split());
        this.machine = new Machine(seeds.split(), choices.yieldPercent());
        this.life = new Life(machine, "world");
        this.faults = new Faults(machine, seeds.split());
        this.random = seeds.split();
        this.trouble = new JournalTrouble(this);
        this.journal = new UnsafeJournal(folder, blank, trouble, choices.sizes());
        say("seed " + seed + ": " + choices);
    }

    JournalChoices choices() {
        return choices;
    }

    Machine machine() {
        return machine;
    }

    Life life() {
        return life;
    }

    Faults faults() {
        return faults;
    }

    SplittableRandom random() {
        return random;
    }

    JournalTrouble trouble() {
        return trouble;
    }

    UnsafeJournal journal() {
        return journal;
    }

    JournalTruth truth() {
        return truth;
    }

    Counts counts() {
        return counts;
    }

    /** Where the files are differs from run to run. */
    private String told(String message) {
        return message.replace(folder, ".");
    }

    void say(String line) {
        machine.say(told(line));
    }

    void broken(String invariant, String message) {
        if (violation == null) {
            say("BROKEN " + invariant + ": " + message);
            violation = new Violation(invariant, told(message));
        }
    }

    @Nullable
    Violation violation() {
        return violation;
    }
}
