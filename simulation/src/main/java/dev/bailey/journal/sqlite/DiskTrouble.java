package dev.bailey.journal.sqlite;

/** What goes wrong with a simulated disk under the journal, as a seed draws it. */
public interface DiskTrouble {

    /** What may fail. */
    enum Deed {
        WRITE,
        FLUSH,
        CUT,
        CREATE,
        REMOVE,
        COMMIT
    }

    /** Something is about to be done, or has been: here the process may die, and then this does not return. */
    void touch(String what);

    /** The disk takes its time for a flush. */
    void await();

    boolean fails(Deed deed);

    /** Whether a write takes a part only of what it was given, as it may. */
    boolean isShort();

    /** Whether no file may grow now. */
    boolean isFull();

    /** Below a bound, drawn. */
    int next(int bound);
}
