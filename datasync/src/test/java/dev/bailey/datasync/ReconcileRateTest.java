package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rate of a repair, by a clock that only pauses move. */
class ReconcileRateTest {

    private static final long RATE = 100;

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();

    private DataPlane open(Shop shop, Pause pause) {
        return DataPlane.open(
                Plane.spec(shop.data, List.of()),
                new DataPorts(
                        new Plane.Kept(),
                        Pending.NONE,
                        Exclusion.NONE,
                        (_, _) -> Side.LEGACY,
                        RecentWrites.NONE,
                        InstantSource.system(),
                        nanos::get,
                        () -> UUID.randomUUID().toString(),
                        Path.of("no-states-of-logs")),
                pause);
    }

    private static long copied(Shop shop) {
        try {
            return Shop.number(shop.modernUrl, "select count(*) from purchase");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRepairWritesNoFasterThanItsRate() throws Exception {
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(1_000);
            List<String> faster = new CopyOnWriteArrayList<>();
            Pause watched = wait -> {
                long allowed = RATE * nanos.get() / Duration.ofSeconds(1).toNanos();
                long written = copied(shop);
                if (written > allowed) {
                    faster.add(written + " written (expected <= " + allowed + ")");
                }
                nanos.addAndGet(wait.toNanos());
            };
            try (DataPlane plane = open(shop, watched)) {
                JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, true, false, RATE));

                assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
                assertThat(faster).isEmpty();
                assertThat(copied(shop)).isEqualTo(1_000);
            }
        }
    }

    @Test
    void aCancelIsHeardWhileARepairWaitsForItsRate() throws Exception {
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(1_000);
            CompletableFuture<Runnable> cancel = new CompletableFuture<>();
            AtomicLong waited = new AtomicLong();
            Pause cancelling = wait -> {
                if (wait.isPositive()) {
                    cancel.join().run();
                    nanos.addAndGet(wait.toNanos());
                    waited.addAndGet(wait.toNanos());
                }
            };
            try (DataPlane plane = open(shop, cancelling)) {
                String id = Plane.id(plane.startReconcile(ORDERS, true, false, RATE));
                cancel.complete(() -> plane.cancel(id));
                JobRecord job = Plane.ended(plane, id);

                assertThat(job.state()).as(job.message()).isEqualTo(JobState.CANCELLED);
                assertThat(Duration.ofNanos(waited.get())).isLessThanOrEqualTo(Duration.ofMillis(400));
                assertThat(copied(shop)).isZero();
                assertThat(plane.lastReconcile(ORDERS).orElseThrow().open()).isPositive();
            }
        }
    }
}
