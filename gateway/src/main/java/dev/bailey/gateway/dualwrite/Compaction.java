package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.Journal;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes records from the journal that have been final for long enough, now and then. */
final class Compaction implements Tasks.Work {

    private static final Logger log = LoggerFactory.getLogger(Compaction.class);
    private static final int TIMES_WHILE_KEPT = 10;

    private final Journal journal;
    private final InstantSource clock;
    private final Duration kept;
    private final Duration pause;
    private final Tasks tasks;

    Compaction(Tasks tasks, Journal journal, InstantSource clock, Duration kept, Duration atMostEvery) {
        this.tasks = tasks;
        this.journal = journal;
        this.clock = clock;
        this.kept = kept;
        Duration share = kept.dividedBy(TIMES_WHILE_KEPT);
        this.pause = share.compareTo(atMostEvery) < 0 ? atMostEvery : share;
    }

    @Override
    public void run() throws InterruptedException {
        while (true) {
            tasks.pause(pause);
            try {
                long removed = journal.compact(clock.instant().minus(kept));
                log.debug("removed {} final records from the journal", removed);
            } catch (RuntimeException failed) {
                log.warn("the journal could not be compacted, which is tried again: {}", failed.getMessage());
            }
        }
    }
}
