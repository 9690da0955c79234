package dev.bailey.simulation;

/** What happened in a run, or in many. One thread. */
final class Counts {

    long steps;
    long lives;
    long simulatedMillis;
    long acknowledged;
    long repeated;
    long replayed;
    long committed;
    long aborted;
    long pauses;
    long cuts;
    long stops;
    long leads;
    long carried;
    long carriedBeside;

    void handover(boolean isCommitted) {
        if (isCommitted) {
            committed++;
        } else {
            aborted++;
        }
    }

    void add(Counts other) {
        steps += other.steps;
        lives += other.lives;
        simulatedMillis += other.simulatedMillis;
        acknowledged += other.acknowledged;
        repeated += other.repeated;
        replayed += other.replayed;
        committed += other.committed;
        aborted += other.aborted;
        pauses += other.pauses;
        cuts += other.cuts;
        stops += other.stops;
        leads += other.leads;
        carried += other.carried;
        carriedBeside += other.carriedBeside;
    }
}
