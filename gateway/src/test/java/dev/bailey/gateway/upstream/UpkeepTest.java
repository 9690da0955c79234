package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UpkeepTest {

    @Test
    void runsEachChoreAgainAlsoWhenOneFails() throws InterruptedException {
        CountDownLatch bad = new CountDownLatch(2);
        CountDownLatch good = new CountDownLatch(3);
        try (Upkeep upkeep = Upkeep.start(
                System::nanoTime,
                List.of(
                        _ -> {
                            bad.countDown();
                            throw new IllegalStateException("a bug, as the test wants it");
                        },
                        _ -> {
                            good.countDown();
                            return 0;
                        }))) {
            assertThat(good.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(bad.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void runsNothingOnceItIsClosed() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Upkeep.Chore first = _ -> {
            runs.incrementAndGet();
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return 0;
        };
        Upkeep upkeep = Upkeep.start(System::nanoTime, List.of(first, _ -> runs.incrementAndGet()));
        begun.await();
        upkeep.close();
        go.countDown();
        upkeep.join();
        assertThat(runs).hasValue(1);
    }
}
