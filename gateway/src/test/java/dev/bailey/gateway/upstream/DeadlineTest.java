package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.testkit.SeededRandom;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void isLookedAtNeverEarlyAndAtMostASixteenthLate() {
        SeededRandom random = SeededRandom.of(7);
        for (int i = 0; i < 100_000; i++) {
            long now = random.nextLong();
            long left = random.nextLong(1, 600 * SECOND) >> random.nextInt(0, 40);
            long late = Deadline.checkAt(now + left, now) - (now + left);
            assertThat(late).as("%d ns from %d", left, now).isBetween(0L, Math.min(left / 16, 1L << 28));
        }
    }

    @Test
    void aMomentThatIsOverIsLookedAtAtOnce() {
        assertThat(Deadline.checkAt(100, 100)).isEqualTo(100);
        assertThat(Deadline.checkAt(100, 5_000)).isEqualTo(100);
    }

    @Test
    void timersOfManyConnectionsShareTheirMoments() {
        Set<Long> moments = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            long now = i * SECOND / 1_000;
            moments.add(Deadline.checkAt(now + 5 * SECOND, now));
        }
        assertThat(moments).as("of a second").hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void movedTimersFireOnceAtTheirLastMoment() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        try {
            List<Long> fired = Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<Long> due = new CompletableFuture<>();
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.execute(() -> {
                Deadline deadline = new Deadline(loop, () -> {
                    fired.add(System.nanoTime());
                    loop.schedule(() -> done.complete(null), 100, TimeUnit.MILLISECONDS);
                });
                deadline.in(SECOND);
                deadline.clear();
                deadline.in(3 * SECOND);
                long last = System.nanoTime() + SECOND / 4;
                deadline.at(last - 1);
                deadline.at(last);
                due.complete(last);
            });
            done.get(10, TimeUnit.SECONDS);
            assertThat(fired).hasSize(1);
            assertThat(fired.getFirst() - due.get()).isNotNegative();
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
