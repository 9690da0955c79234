package dev.bailey.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "aarch64"})
class TurnsTest {

    @Test
    void threadsOfTheNameGetTurnsAndOthersKeepTheirs() throws InterruptedException, IOException {
        CountDownLatch running = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        Runnable waits = () -> {
            running.countDown();
            awaitUninterruptibly(over);
        };
        Thread asked = Thread.ofPlatform().name("short-turns-test-asked").start(waits);
        Thread other = Thread.ofPlatform().name("other-turns").start(waits);
        running.await();
        Turns kernel = Objects.requireNonNull(Turns.open());
        OptionalLong usual = kernel.turnNanos(id("other-turns"));

        Turns.shorten("short-turns-test-asked");

        // A kernel before 6.12 tells no length of an ordinary thread's turn.
        if (usual.orElse(0) > 0) {
            assertThat(kernel.turnNanos(id("short-turns-tes"))).hasValue(Turns.TURN_NANOS);
        }
        assertThat(kernel.turnNanos(id("other-turns"))).isEqualTo(usual);
        over.countDown();
        asked.join();
        other.join();
    }

    @Test
    void threadsOfTheNameGiveWayAndOthersKeepTheirShare() throws InterruptedException, IOException {
        CountDownLatch running = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        Runnable waits = () -> {
            running.countDown();
            awaitUninterruptibly(over);
        };
        Thread asked = Thread.ofPlatform().name("gives-way-test-asked").start(waits);
        Thread other = Thread.ofPlatform().name("other-share").start(waits);
        running.await();
        Turns kernel = Objects.requireNonNull(Turns.open());
        OptionalInt usual = kernel.nice(id("other-share"));

        Turns.giveWay("gives-way-test-asked");

        assertThat(kernel.nice(id("gives-way-test-")).orElseThrow()).isGreaterThanOrEqualTo(Turns.YIELDING);
        assertThat(kernel.nice(id("other-share"))).isEqualTo(usual).isNotEqualTo(OptionalInt.of(Turns.YIELDING));
        over.countDown();
        asked.join();
        other.join();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int id(String name) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            List<Path> found =
                    threads.filter(thread -> name(thread).equals(name)).toList();
            assertThat(found).hasSize(1);
            return Integer.parseInt(found.getFirst().getFileName().toString());
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
