package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final Duration OPEN = Duration.ofSeconds(5);

    @Test
    void followsItsDefinitionOverRandomHistories() {
        SeededRandom random = SeededRandom.orProperty(20261121);
        for (int round = 0; round < 400; round++) {
            int of = 1 + random.nextInt(130);
            int percent = 1 + random.nextInt(100);
            Breaker breaker = new Breaker(percent, of, OPEN);
            Definition definition = new Definition(percent, of, OPEN.toNanos());
            double failing = random.nextDouble();
            long now = 0;
            for (int step = 0; step < 600; step++) {
                now += random.nextInt(100_000_000);
                if (step % 100 == 0) {
                    failing = random.chance(0.5) ? 0 : random.nextDouble();
                }
                boolean passed = breaker.tryPass(now);
                assertThat(passed)
                        .as("step %d of round %d, %s", step, round, random)
                        .isEqualTo(definition.tryPass(now));
                if (passed) {
                    if (random.chance(0.05)) {
                        breaker.release();
                        definition.release();
                    } else {
                        boolean success = !random.chance(failing);
                        breaker.record(success, now);
                        definition.record(success, now);
                    }
                }
                assertThat(breaker.state())
                        .as("step %d of round %d, %s", step, round, random)
                        .isEqualTo(definition.state);
            }
        }
    }

    @Test
    void manyThreadsAtOnceCountEveryResult() throws InterruptedException {
        int each = 20_000;
        Breaker breaker = new Breaker(100, 3 * each, OPEN);
        List<Thread> threads = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        for (int thread = 0; thread < 3; thread++) {
            threads.add(Thread.ofPlatform().start(() -> {
                await(go);
                for (int i = 0; i < each - 1; i++) {
                    breaker.record(false, 0);
                }
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        breaker.record(false, 0);
        breaker.record(false, 0);
        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
        breaker.record(false, 0);
        assertThat(breaker.state()).as("the last of the window").isEqualTo(Breaker.State.OPEN);
    }

    @Test
    void failuresAndSuccessesOfManyThreadsLeaveAnExactCount() throws InterruptedException {
        int size = 100;
        BreakerWindow window = new BreakerWindow(size);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            SeededRandom random = SeededRandom.of(thread);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50_000; i++) {
                    window.add(random.chance(0.5));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < size; i++) {
            window.add(false);
        }
        assertThat(window.isFullOfSuccesses()).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The breaker as its documentation has it, a list and nothing clever. */
    private static final class Definition {
        private final int of;
        private final int percent;
        private final long openNanos;
        private final ArrayDeque<Boolean> last = new ArrayDeque<>();
        private Breaker.State state = Breaker.State.CLOSED;
        private long openedNanos;
        private boolean probing;

        Definition(int percent, int of, long openNanos) {
            this.of = of;
            this.percent = percent;
            this.openNanos = openNanos;
        }

        boolean tryPass(long now) {
            boolean passes = switch (state) {
                case CLOSED -> true;
                case OPEN -> now - openedNanos >= openNanos;
                case HALF_OPEN -> !probing;
            };
            if (passes && state != Breaker.State.CLOSED) {
                state = Breaker.State.HALF_OPEN;
                probing = true;
            }
            return passes;
        }

        void release() {
            probing = false;
        }

        void record(boolean success, long now) {
            if (state == Breaker.State.HALF_OPEN) {
                probing = false;
                state = success ? Breaker.State.CLOSED : Breaker.State.OPEN;
                openedNanos = success ? openedNanos : now;
                last.clear();
            } else if (state == Breaker.State.CLOSED) {
                last.addLast(success);
                if (last.size() > of) {
                    last.removeFirst();
                }
                long failures = last.stream().filter(result -> !result).count();
                if (last.size() == of && failures > 0 && failures * 100 >= (long) of * percent) {
                    state = Breaker.State.OPEN;
                    openedNanos = now;
                    last.clear();
                }
            }
        }
    }
}
