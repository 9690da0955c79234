package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.wiring.Lives.NodeLife;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeLocksTest {

    @TempDir
    Path folder;

    /** A process that begins a life and then waits for its end. */
    public static final class Lasting {
        private Lasting() {}

        public static void main(String[] arguments) throws IOException {
            new LifeLocks(Path.of(arguments[0])).begin(new NodeLife("a", 1));
            System.out.println("begun");
            while (System.in.read() >= 0) {}
        }
    }

    @Test
    void aLifeHasEndedWhenItsProcessWasKilled() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Lasting.class.getName(),
                        folder.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Lives lives = new LifeLocks(folder)) {
            assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("begun");
            lives.begin(new NodeLife("a", 2));
            assertThat(lives.hasEnded(new NodeLife("a", 1))).isFalse();
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(lives.hasEnded(new NodeLife("a", 1))).isTrue();
            assertThat(lives.hasEnded(new NodeLife("a", 2))).isFalse();
        } finally {
            process.destroyForcibly();
        }
    }

    /** POSIX gives a process's lock back when it closes any descriptor of the file. */
    @Test
    void whoAsksAboutItselfLastsStill() throws Exception {
        try (Lives lives = new LifeLocks(folder)) {
            lives.begin(new NodeLife("a", 1));
            assertThat(lives.hasEnded(new NodeLife("a", 1))).isFalse();
            assertThat(locked("life-a-1")).isTrue();
        }
    }

    /** As another process sees it. */
    private boolean locked(String file) throws Exception {
        Process flock = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Looking.class.getName(),
                        folder.resolve(file).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return flock.inputReader(StandardCharsets.UTF_8).readLine().equals("locked");
    }

    /** Tells whether a file is locked by another process. */
    public static final class Looking {
        private Looking() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                System.out.println(channel.tryLock() == null ? "locked" : "free");
            }
        }
    }

    @Test
    void ofALifeThatWasNotHereNothingIsKnown() {
        try (Lives lives = new LifeLocks(folder)) {
            lives.begin(new NodeLife("a", 3));
            assertThat(lives.hasEnded(new NodeLife("a", 2))).isFalse();
        }
        try (Lives next = new LifeLocks(folder)) {
            assertThat(next.hasEnded(new NodeLife("a", 3))).isTrue();
            next.forget(new NodeLife("a", 3));
            assertThat(next.hasEnded(new NodeLife("a", 3))).isFalse();
        }
    }
}
