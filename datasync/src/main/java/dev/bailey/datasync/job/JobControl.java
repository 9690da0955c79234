package dev.bailey.datasync.job;

import dev.bailey.datasync.pace.Rate;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a running job sees of the world that runs it. Thread-safe. */
public interface JobControl {

    /** What the job was started with. */
    JobRecord record();

    /** Where the interrupted run stood; empty at a first start. */
    Optional<JsonNode> position();

    /** The bound of documents a second, which may be changed while the job runs. */
    Rate rate();

    /** What the job is to do now. */
    enum Order {
        GO_ON,
        /** It is paused. */
        REST,
        END
    }

    /** What it is to do now; waits for nothing. */
    Order order();

    /** Waits while the job is paused; returns false when it is to end now. */
    boolean mayGoOn() throws InterruptedException;

    /** Takes note of documents for the rate; waits until it allows more and while the job is paused. False when it is to end now. */
    default boolean spend(long documents) throws InterruptedException {
        boolean paid = rate().spend(documents, () -> order() == Order.GO_ON);
        while (mayGoOn()) {
            if (paid) {
                return true;
            }
            paid = rate().spend(0, () -> order() == Order.GO_ON);
        }
        return false;
    }

    /** Says whether something was begun that must come to an end: where the job fails meanwhile, it cannot end as cancelled. */
    void owes(boolean something);

    /** Says what the job does now; shown at once, and kept with the next checkpoint. */
    void say(String message);

    /** Says how far the job is and, durably before it returns, where it would go on. */
    void checkpoint(Checkpoint checkpoint);

    /**
     * A point a job can go on from.
     *
     * @param result what it found so far, or last; shown while it runs
     */
    record Checkpoint(long done, long total, String message, JsonNode position, JsonNode result) {}
}
