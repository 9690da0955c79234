package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BulkheadTest {

    @Test
    void letsItsLimitInAndOneMoreForEachThatLeaves() {
        Bulkhead bulkhead = new Bulkhead(2);
        assertThat(bulkhead.tryEnter()).isTrue();
        assertThat(bulkhead.tryEnter()).isTrue();
        assertThat(bulkhead.tryEnter()).isFalse();
        bulkhead.leave();
        assertThat(bulkhead.tryEnter()).isTrue();
        assertThat(bulkhead.inside()).isEqualTo(2);
        assertThat(bulkhead.refused()).isEqualTo(1);
    }

    @Test
    void aLimitThatMovesHoldsForWhoIsInsideAlready() {
        Bulkhead bulkhead = new Bulkhead(3);
        for (int i = 0; i < 3; i++) {
            assertThat(bulkhead.tryEnter()).isTrue();
        }
        bulkhead.limit(1);
        bulkhead.leave();
        bulkhead.leave();
        assertThat(bulkhead.tryEnter()).as("one is still inside").isFalse();
        bulkhead.leave();
        assertThat(bulkhead.tryEnter()).isTrue();
        bulkhead.limit(2);
        assertThat(bulkhead.tryEnter()).isTrue();
    }

    @Test
    void manyThreadsAreNeverMoreThanTheLimit() throws InterruptedException {
        int limit = 3;
        Bulkhead bulkhead = new Bulkhead(limit);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 500; i++) {
                    if (bulkhead.tryEnter()) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(1_000); // others come by
                        inside.decrementAndGet();
                        bulkhead.leave();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isBetween(1, limit);
        assertThat(bulkhead.inside()).isZero();
    }

    @Test
    void underContentionNoPlaceIsLost() throws InterruptedException {
        Bulkhead bulkhead = new Bulkhead(100);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 300_000; i++) {
                    if (bulkhead.tryEnter()) {
                        bulkhead.leave();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(bulkhead.inside()).isZero();
        assertThat(bulkhead.refused()).isZero();
    }

    @Test
    void aLimitOfNoneIsRefused() {
        assertThatThrownBy(() -> new Bulkhead(0)).hasMessage("concurrency 0 (expected at least 1 request)");
    }
}
