package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.BackfillSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Parts that are laid out for other nodes while a store is strained. */
class WithheldPartsTest {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration SLOW = Duration.ofMillis(50);

    /** Saves of progress before reading takes long. */
    private static final int AT_EASE = 40;

    private static final int RESTS = 5;

    private final AtomicInteger saves = new AtomicInteger();
    private final AtomicLong later = new AtomicLong();

    /** Whatever is measured takes long, once it does. */
    private long nanoTime() {
        return System.nanoTime() + (isStrained() ? later.addAndGet(SLOW.toNanos()) : later.get());
    }

    private boolean isStrained() {
        return saves.get() > AT_EASE;
    }

    @Test
    void nobodyCanTakeAPartWhileTheLeaderSparesAStore() throws Exception {
        Flat flat = Flat.postgres(20_000);
        TestBoard board = new TestBoard(1, 1);
        Queue<Boolean> nothingToTake = new ConcurrentLinkedQueue<>();
        Pause pause = duration -> {
            if (isStrained() && !duration.isZero() && !duration.equals(LOOK_EVERY)) {
                nothingToTake.add(board.isNothingToTake());
            }
            Thread.sleep(Math.min(5, duration.toMillis()));
        };
        Plane.Kept progress = new Plane.Kept() {
            @Override
            public void save(String jobId, String json) {
                saves.incrementAndGet();
                super.save(jobId, json);
            }
        };
        BackfillSpec small = new BackfillSpec(3, 0, Duration.ofMillis(5), Optional.empty(), Optional.empty());
        try (DataPlane leader = DataPlane.open(
                Plane.spec(flat.data(flat.modernUrl(), small), List.of()),
                new DataPorts(
                        progress,
                        Pending.NONE,
                        Exclusion.NONE,
                        (_, _) -> Side.LEGACY,
                        RecentWrites.NONE,
                        InstantSource.system(),
                        this::nanoTime,
                        () -> UUID.randomUUID().toString(),
                        Path.of("no-states-of-logs"),
                        board.as("leader")),
                pause)) {
            Started backfill = leader.startBackfill(ORDERS);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> nothingToTake.size() >= RESTS);
            leader.cancel(Plane.id(backfill));
            JobRecord job = Plane.ended(leader, backfill);
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.CANCELLED);
        }
        assertThat(nothingToTake).doesNotContain(false);
    }
}
