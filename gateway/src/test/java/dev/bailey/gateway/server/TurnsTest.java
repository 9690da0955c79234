package dev.bailey.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "aarch64"})
class TurnsTest {

    @Test
    void threadsOfTheNameGetTurnsAndOthersKeepTheirs() throws InterruptedException {
        try (Waiting asked = Waiting.start("short-turns-test-asked");
                Waiting other = Waiting.start("other-turns")) {
            Turns kernel = Objects.requireNonNull(Turns.open());
            OptionalLong usual = kernel.turnNanos(other.id());

            Turns.shorten("short-turns-test-asked");

            // A kernel before 6.12 tells no length of an ordinary thread's turn.
            if (usual.orElse(0) > 0) {
                assertThat(kernel.turnNanos(asked.id())).hasValue(Turns.TURN_NANOS);
            }
            assertThat(kernel.turnNanos(other.id())).isEqualTo(usual);
        }
    }

    @Test
    void threadsOfTheNameGiveWayAndOthersKeepTheirShare() throws InterruptedException {
        try (Waiting asked = Waiting.start("gives-way-test-asked");
                Waiting other = Waiting.start("other-share")) {
            Turns kernel = Objects.requireNonNull(Turns.open());
            OptionalInt usual = kernel.nice(other.id());

            Turns.giveWay("gives-way-test-asked");

            assertThat(kernel.nice(asked.id()).orElseThrow()).isGreaterThanOrEqualTo(Turns.YIELDING);
            assertThat(kernel.nice(other.id())).isEqualTo(usual).isNotEqualTo(OptionalInt.of(Turns.YIELDING));
        }
    }

    @Test
    void threadsThatEndMeanwhileAreNoReasonToLeaveOutOthers() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread startsMany = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                Thread.ofPlatform().name("ends-at-once").start(() -> {});
            }
        });
        Turns kernel = Objects.requireNonNull(Turns.open());
        try {
            for (int round = 0; round < 100; round++) {
                try (Waiting asked = Waiting.start("gives-way-round-asked")) {
                    Turns.giveWay("gives-way-round-asked");
                    assertThat(kernel.nice(asked.id()).orElseThrow())
                            .as("round %d", round)
                            .isGreaterThanOrEqualTo(Turns.YIELDING);
                }
            }
        } finally {
            over.set(true);
            startsMany.join();
        }
    }

    /** A thread of that name that waits until it is closed. */
    private record Waiting(Thread thread, int id, CountDownLatch over) implements AutoCloseable {

        static Waiting start(String name) {
            CompletableFuture<Integer> id = new CompletableFuture<>();
            CountDownLatch over = new CountDownLatch(1);
            Thread thread = Thread.ofPlatform().name(name).start(() -> {
                id.complete(ownId());
                awaitUninterruptibly(over);
            });
            return new Waiting(thread, id.join(), over);
        }

        private static int ownId() {
            try {
                return Integer.parseInt(
                        Path.of("/proc/thread-self").toRealPath().getFileName().toString());
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.countDown();
            thread.join();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
